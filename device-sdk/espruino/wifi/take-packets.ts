import type { ByteString } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { toBytes } from '../loop/firmware.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { wake } from '../loop/loop.ts'
import { takeMessage } from '../loop/take-message.ts'
import { alarm } from './alarm.ts'
import { fail } from './fail.ts'
import { nextPacket } from './next-packet.ts'
import { packetOf } from './packet.ts'
import { packets } from './packet-types.ts'
import { ping } from './ping.ts'
import { pingMs } from './state.ts'
import { write } from './write.ts'

/** The last level of a topic, and the mtype of what comes there. */
const down: readonly (readonly [string, number])[] = [
  ['receipt', mtypes.receipt],
  ['sync', mtypes.sync],
  ['command', mtypes.command],
  ['update', mtypes.update],
]
/** A SUBACK has this for what was not granted. OASIS MQTT 3.1.1, section 3.9.3 */
const notGranted = '\x80'

/** Subscribes at QoS 0: a gateway sends to who is there, and again when it is asked again, so that nothing has to be acknowledged. */
const subscribe = (loop: Loop): void => {
  const prefix = (loop.wifi as WifiState).prefix
  const filters = down.map((one) => packetOf(0, [[prefix + one[0]], '\0']).slice(2))
  write(loop, packetOf(packets.subscribe, [1, filters.join('')]))
}

const takePublish = (loop: Loop, body: ByteString): void => {
  const end = 2 + body.charCodeAt(0) * 256 + body.charCodeAt(1)
  const topic = body.slice(2, end)
  const prefix = (loop.wifi as WifiState).prefix
  for (const one of down) {
    if (topic === prefix + one[0]) takeMessage(loop, one[1], toBytes(body.slice(end)))
  }
}

const takePacket = (loop: Loop, first: number, body: ByteString): void => {
  const wifi = loop.wifi as WifiState
  wifi.isAwaited = false
  if (first === packets.connack) {
    // OASIS MQTT 3.1.1, section 3.2.2.3.
    if (body.charCodeAt(1) === 0) subscribe(loop)
    else fail(loop, 'wifi/refused', `CONNACK ${body.charCodeAt(1)}`)
  } else if (first === packets.suback) {
    if (body.indexOf(notGranted) >= 0) fail(loop, 'wifi/refused', 'SUBACK')
    else {
      wifi.isUp = true
      wifi.told = ''
      // What was on its way when the last connection ended, may be nowhere.
      loop.sent.name = ''
      alarm(loop, pingMs, ping)
      wake(loop)
    }
  } else if (first === packets.publish) takePublish(loop, body)
}

/** Takes the packets of what the socket brought. */
export const takePackets = (loop: Loop): void => {
  const wifi = loop.wifi as WifiState
  const own = wifi.run
  while (own === wifi.run) {
    const packet = nextPacket(wifi)
    if (packet === null) return
    if (packet === false) fail(loop, 'wifi/garbled', '')
    else takePacket(loop, packet.first, packet.body)
  }
}
