import type { WifiCredentials } from '../../protocol/board-link/wifi.ts'
import { readWifi } from '../../protocol/board-link/wifi.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { topicOf } from '../../protocol/topics.ts'
import { toBytes, toText } from '../loop/firmware.ts'
import type { Key } from '../loop/key.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { slot } from '../loop/slot.ts'
import type { Address } from './addresses.ts'
import { addressesOf } from './addresses.ts'
import { alarm } from './alarm.ts'
import { fail } from './fail.ts'
import { firmwareNet, firmwareWifi, joinFault } from './firmware.ts'
import { packetOf } from './packet.ts'
import { packets } from './packet-types.ts'
import { networkRecord } from './state.ts'
import { nextToken } from './token.ts'
import { write } from './write.ts'

const portDefault = 1_883
const idleMs = 5_000
/** An ESP32 tries three times by itself; AT+CWJAP takes up to 20 s. */
const joinMsMax = 60_000
/** A signature in JavaScript, behind two others. */
const signMsMax = 300_000
/** From the socket to SUBACK. */
const openMsMax = 20_000
/** A broker waits half as long again: [MQTT-3.1.2-24]. It is pinged after half of it. */
const keepaliveS = 60
/** User name, password, and a clean session: there is no other. OASIS MQTT 3.1.1, section 3.1.2.3 */
const connectHead = '\x04\xc2'

const readNetwork = (): WifiCredentials | null => {
  const body = slot(networkRecord).read()
  const read = body === null ? null : readWifi(toBytes(body))
  return read?.ok ? (read.value as WifiCredentials) : null
}

const connect = (loop: Loop, address: Address, password: string): void => {
  const wifi = loop.wifi as WifiState
  const own = wifi.run
  const id = toHex((loop.board.key as Key).kid)
  const where = `${address.host}:${address.port}`
  alarm(loop, openMsMax, () => fail(loop, 'wifi/silent', where))
  wifi.held = ''
  wifi.skipped = 0
  wifi.isAwaited = false
  try {
    const socket = firmwareNet().connect({ host: address.host, port: address.port }, () => {
      if (own !== wifi.run) return
      wifi.token = null
      write(loop, packetOf(packets.connect, [['MQTT'], connectHead, keepaliveS, [id], [id], [password]]))
    })
    wifi.socket = socket
    wifi.listen(loop, socket)
  } catch (_unreachable) {
    fail(loop, 'wifi/closed', where)
  }
}

const open = (loop: Loop): void => {
  const wifi = loop.wifi as WifiState
  const trust = loop.board.trust as PinnedTrust
  const addresses = addressesOf(trust, 'mqtt:', portDefault)
  const own = wifi.run
  if (addresses.length === 0) {
    fail(loop, 'wifi/no-address', '')
    return
  }
  const address = addresses[wifi.failures % addresses.length] as Address
  wifi.prefix = topicOf(trust.net, toHex((loop.board.key as Key).kid), '')
  alarm(loop, signMsMax, wifi.attempt)
  // Before the socket is opened: a signature in JavaScript takes longer than a gateway waits for CONNECT.
  nextToken(loop, address.gatewayKey, (password) => {
    if (own === wifi.run) connect(loop, address, password)
  })
}

const join = (loop: Loop, network: WifiCredentials): void => {
  const wifi = loop.wifi as WifiState
  const own = wifi.run
  const joined = (error: string | null): void => {
    if (own !== wifi.run) return
    if (error) {
      fail(loop, joinFault(error), error)
      return
    }
    wifi.isJoined = true
    open(loop)
  }
  alarm(loop, joinMsMax, () => fail(loop, 'wifi/not-joined', ''))
  try {
    firmwareWifi().connect(toText(network.ssid), { password: toText(network.passphrase) }, joined)
  } catch (error) {
    joined(`${error}`)
  }
}

/** Joins the network where that is not done, signs a password, and connects to a gateway: as far as there is all that it takes. */
export const attempt = (loop: Loop): void => {
  const wifi = loop.wifi as WifiState
  const board = loop.board
  const network = readNetwork()
  wifi.run++
  if (network === null || board.key === null || board.trust === null) alarm(loop, idleMs, wifi.attempt)
  else if (wifi.isJoined) open(loop)
  else join(loop, network)
}
