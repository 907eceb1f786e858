import type { ByteString } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { packetOf } from './packet.ts'
import { packets } from './packet-types.ts'
import { write } from './write.ts'

const packetIdMax = 65_535

/** At QoS 1: a gateway that cannot store then ends the connection. Its PUBACK is no proof, and the receipt follows. */
export const publish = (loop: Loop, mtype: number, message: ByteString): void => {
  const wifi = loop.wifi as WifiState
  const type = mtype === mtypes.report ? 'report' : mtype === mtypes.time ? 'time' : 'result'
  wifi.packetId = (wifi.packetId % packetIdMax) + 1
  write(loop, packetOf(packets.publishOnce, [[wifi.prefix + type], wifi.packetId, message]))
}
