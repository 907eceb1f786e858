import { refusals } from '../../protocol/board-link/frame-types.ts'
import type { WifiCredentials } from '../../protocol/board-link/wifi.ts'
import { readWifi, wifiStates } from '../../protocol/board-link/wifi.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Code, DownType, PinnedTrust } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { topicOf } from '../../protocol/topics.ts'
import { toBytes, toText } from '../loop/firmware.ts'
import type { Key } from '../loop/key.ts'
import type { BoardLink } from '../loop/link.ts'
import { slot } from '../loop/slot.ts'
import type { Address } from './addresses.ts'
import { addressesOf } from './addresses.ts'
import { openAlarm } from './alarm.ts'
import { firmwareWifi, joinFault } from './firmware.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import { openTokens } from './token.ts'

const idleMs = 5_000
/** An ESP32 tries three times by itself; AT+CWJAP takes up to 20 s. */
const joinMsMax = 60_000
const waitMsMin = 2_000
const waitMsMax = 300_000
/** After so many failures on the way to a gateway the network is joined anew: not every radio tells that it was lost. */
const failuresOfNetwork = 3
/** A refusal counts as so many, since it seldom passes soon: the device is revoked, or runs twice. */
const failuresOfRefusal = 4

const credentialSlot = slot('hexfix.wifi')

const readCredentials = (): WifiCredentials | null => {
  const body = credentialSlot.read()
  const read = body === null ? null : readWifi(toBytes(body))
  return read?.ok ? (read.value as WifiCredentials) : null
}

/**
 * MQTT over TCP on a network that the board joins by itself. What goes over it is signed, and readable on the way; a connection proves
 * nobody, so that what comes is judged as on a line.
 */
export const wifiLink = (): BoardLink => (loop) => {
  const board = loop.board
  const wifi = firmwareWifi()
  const tokens = openTokens(board)
  const alarm = openAlarm()
  const verifies = board.crypto.verify !== null
  const downTypes: DownType[] = verifies ? ['receipt', 'sync', 'command', 'update'] : ['receipt', 'sync']
  const downMtypes = [mtypes.receipt, mtypes.sync, mtypes.command, mtypes.update]
  /** What an earlier attempt began counts no more. */
  let run = 0
  let session: Session | null = null
  let isJoined = false
  let isUp = false
  let failures = 0
  let told = ''

  const topic = (type: Parameters<typeof topicOf>[2]): string =>
    topicOf((board.trust as PinnedTrust).net, toHex((board.key as Key).kid), type)

  const again = (waitMs: number): void => {
    run++
    isUp = false
    if (session !== null) session.end()
    session = null
    alarm(waitMs, attempt)
  }
  const fail = (code: Code, detail: string): void => {
    const why = `${code}: ${detail}`
    if (why !== told) loop.note(why)
    told = why
    if (code === 'wifi/refused') failures = Math.max(failures, failuresOfRefusal)
    failures++
    if (failures % failuresOfNetwork === 0) isJoined = false
    const most = Math.min(waitMsMax, waitMsMin << Math.min(failures, 10))
    // Half to all of it, by the kid, which is another on each board: the random numbers of an ESP32 are the same on all.
    again((most * (256 + ((board.key as Key).kid[failures & 7] as number))) / 512)
  }
  const connect = (address: Address, password: string): void => {
    alarm(0, null)
    session = openSession({
      address,
      id: toHex((board.key as Key).kid),
      password,
      topics: downTypes.map(topic),
      connecting: tokens.sent,
      up: () => {
        isUp = true
        told = ''
        loop.wake()
      },
      held: () => {
        failures = 0
      },
      take: (at, message) => loop.take(downMtypes[at] as number, toBytes(message)),
      over: fail,
    })
  }
  const open = (): void => {
    const addresses = addressesOf(board.trust as PinnedTrust)
    if (addresses.length === 0) {
      fail('wifi/no-address', '')
      return
    }
    const own = run
    const address = addresses[failures % addresses.length] as Address
    alarm(waitMsMax, attempt)
    // Before the socket is opened: a signature in JavaScript takes longer than a gateway waits for CONNECT.
    tokens.next(address.gatewayKey, (password) => {
      if (own === run) connect(address, password)
    })
  }
  const join = (network: WifiCredentials): void => {
    const own = run
    alarm(joinMsMax, () => fail('wifi/not-joined', ''))
    const joined = (error: string | null): void => {
      if (own !== run) return
      if (error) {
        fail(joinFault(error), error)
        return
      }
      isJoined = true
      open()
    }
    try {
      wifi.connect(toText(network.ssid), { password: toText(network.passphrase) }, joined)
    } catch (error) {
      joined(`${error}`)
    }
  }
  const attempt = (): void => {
    const network = readCredentials()
    run++
    if (network === null || board.key === null || board.trust === null) alarm(idleMs, attempt)
    else if (isJoined) open()
    else join(network)
  }

  wifi.on('disconnected', () => {
    if (!isJoined) return
    isJoined = false
    fail('wifi/lost', '')
  })
  loop.wifi = {
    state: () => {
      if (credentialSlot.read() === null) return wifiStates.noCredentials
      return isUp ? wifiStates.connected : wifiStates.away
    },
    configure: (body) => {
      if (!readWifi(toBytes(body)).ok) return refusals.badRequest
      if (!credentialSlot.write(body)) return refusals.failed
      isJoined = false
      failures = 0
      told = ''
      again(1)
      return 0
    },
  }
  alarm(1, attempt)
  return {
    isUp: () => isUp,
    send: (mtype, message) => {
      const type = mtype === mtypes.report ? 'report' : mtype === mtypes.time ? 'time' : 'result'
      if (session !== null) session.publish(topic(type), message)
    },
    note: () => {},
  }
}
