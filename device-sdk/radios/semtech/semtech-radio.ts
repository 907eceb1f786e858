import { randomInt } from 'node:crypto'
import type { RemoteInfo, Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Region, Result } from '../../protocol/index.ts'
import { dataRateOf, fail, ok } from '../../protocol/index.ts'
import type { Ledger } from '../airtime/ledger.ts'
import { timeOnAirUs } from '../airtime/time-on-air.ts'
import type { Heard, Radio, Sent, Transmission } from '../radio.ts'
import type { Datagram } from './datagram.ts'
import {
  pullAck,
  pullData,
  pullResp,
  pushAck,
  pushData,
  readBody,
  readDatagram,
  txAck,
  withToken,
  writeDatagram,
} from './datagram.ts'
import { airtimeOfTxpk, readRxpk, readTxAck, writeTxpk } from './packets.ts'

export type SemtechOptions = {
  /** Where the packet forwarder sends to (its `serv_port_up` and `serv_port_down`): address of this machine, UDP port. */
  readonly listen: { readonly host: string; readonly port: number }
  /** The address that the forwarder sends from; that of `listen` where it runs on this machine. */
  readonly forwarder?: string
  /** The LoRaWAN server that the forwarder served before: its traffic goes on to it, unchanged. */
  readonly server?: { readonly host: string; readonly port: number }
  readonly region: Region
  readonly ledger: Ledger
  /** Loss of the cable between concentrator and antenna, in 0.1 dB. */
  readonly lossDdb: number
  readonly answerMsMax?: number
}

export type SemtechStats = {
  readonly received: number
  readonly refused: number
  readonly toServer: number
  readonly fromServer: number
}
export type SemtechRadio = Radio & { readonly port: number; stats(): SemtechStats }

/** Whose PULL_RESP a token stands for. */
type Asked = { readonly ours: (body: string) => void } | { readonly serverToken: number }

const answerDefaultMsMax = 3_000
const askedMax = 64
const tokens = 65_536

const bind = (host: string, port: number): Promise<Socket | string> =>
  new Promise((resolve) => {
    const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4')
    socket.once('error', (error) => {
      socket.close()
      resolve(error.message)
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      // A later error concerns one datagram, and datagrams may be lost.
      socket.on('error', () => {})
      resolve(socket)
    })
  })

const connect = async (host: string, port: number): Promise<Socket | string> => {
  const socket = await bind(isIP(host) === 6 ? '::' : '0.0.0.0', 0)
  if (typeof socket === 'string') return socket
  return new Promise((resolve) => {
    socket.connect(port, host, (error?: Error) => resolve(error ? error.message : socket))
  })
}

/**
 * A concentrator behind Semtech's UDP packet forwarder, protocol version 2. It stands between the forwarder and the LoRaWAN
 * server that it served before: PUSH_DATA, PULL_DATA and TX_ACK go on to it, its PULL_RESP go back, and ours ride along.
 * Everything that is sent is booked in the ledger; what exceeds the limits is refused, if it is ours.
 * Errors: radio/port-unusable; of `transmit` radio/no-forwarder, radio/no-answer, radio/refused, radio/bad-transmission,
 * radio/closed, and those of the ledger.
 */
export const semtechRadio = async (options: SemtechOptions): Promise<Result<SemtechRadio>> => {
  const { listen, server, region, ledger, lossDdb, answerMsMax = answerDefaultMsMax } = options
  const allowed = options.forwarder ?? listen.host
  const down = await bind(listen.host, listen.port)
  if (typeof down === 'string') return fail('radio/port-unusable', `${listen.host} port ${listen.port}: ${down}`)
  const up = server === undefined ? null : await connect(server.host, server.port)
  if (typeof up === 'string') {
    down.close()
    return fail('radio/port-unusable', `${server?.host} port ${server?.port}: ${up}`)
  }

  const listeners: ((heard: Heard) => void)[] = []
  const asked = new Map<number, Asked>()
  const counts = { received: 0, refused: 0, toServer: 0, fromServer: 0 }
  /** The first forwarder that speaks is the one of this radio. */
  let eui: string | null = null
  let pullFrom: { readonly address: string; readonly port: number } | null = null
  let closed = false

  const toForwarder = (bytes: Uint8Array, to: { readonly address: string; readonly port: number }): void => {
    down.send(bytes, to.port, to.address)
  }
  const toServer = (bytes: Uint8Array): void => {
    if (up === null) return
    counts.toServer++
    up.send(bytes)
  }
  /** A token that no open question has. The oldest question is forgotten when there are too many: nobody answered it. */
  const ask = (question: Asked): number => {
    const [oldest] = asked.keys()
    if (asked.size >= askedMax && oldest !== undefined) asked.delete(oldest)
    let token = randomInt(tokens)
    while (asked.has(token)) token = (token + 1) % tokens
    asked.set(token, question)
    return token
  }

  const hear = (body: string): boolean => {
    const read = readBody(body)
    if (!read.ok) return false
    const atMs = Date.now()
    const packets = Array.isArray(read.value.rxpk) ? read.value.rxpk : []
    for (const packet of packets) {
      const heard = readRxpk(packet, atMs, region)
      if (heard !== null) for (const listener of listeners) listener(heard)
    }
    return true
  }

  const answered = ({ token, body }: Datagram, bytes: Uint8Array): boolean => {
    const question = asked.get(token)
    if (question === undefined) return false
    asked.delete(token)
    if ('ours' in question) question.ours(body)
    else toServer(withToken(bytes, question.serverToken))
    return true
  }

  const fromForwarder = (bytes: Uint8Array, from: RemoteInfo): boolean => {
    const read = from.address === allowed ? readDatagram(bytes) : fail('radio/malformed')
    if (!read.ok || read.value.eui === null) return false
    const datagram = read.value
    eui ??= datagram.eui
    if (datagram.eui !== eui) return false
    if (datagram.kind === txAck) return answered(datagram, bytes)
    if (datagram.kind === pushData) {
      if (!hear(datagram.body)) return false
      toForwarder(writeDatagram(pushAck, datagram.token), from)
    } else if (datagram.kind === pullData) {
      pullFrom = { address: from.address, port: from.port }
      toForwarder(writeDatagram(pullAck, datagram.token), from)
    }
    toServer(bytes)
    return true
  }
  down.on('message', (bytes, from) => {
    if (closed) return
    counts[fromForwarder(bytes, from) ? 'received' : 'refused']++
  })

  const fromServer = (bytes: Uint8Array): void => {
    const read = readDatagram(bytes)
    const body = read.ok && read.value.kind === pullResp ? readBody(read.value.body) : null
    // Its PUSH_ACK and PULL_ACK end here: the forwarder has ours.
    if (!read.ok || body === null || !body.ok || pullFrom === null) return
    counts.fromServer++
    const airtime = airtimeOfTxpk(body.value.txpk, Date.now(), region)
    if (airtime !== null) ledger.count(airtime)
    toForwarder(withToken(bytes, ask({ serverToken: read.value.token })), pullFrom)
  }
  up?.on('message', (bytes) => {
    if (!closed) fromServer(bytes)
  })

  const send = (transmission: Transmission, powerDbm: number): Promise<Result<Sent>> =>
    new Promise((resolve) => {
      if (pullFrom === null) return resolve(fail('radio/no-forwarder', `${listen.host} port ${listen.port}`))
      const token = ask({
        ours: (body) => {
          clearTimeout(timer)
          const read = readBody(body)
          const { error, powerDbm: used } = readTxAck(read.ok ? read.value : {})
          if (error !== null) return resolve(fail('radio/refused', error))
          resolve(ok({ atMs: Date.now(), txDdbm: Math.min(used ?? powerDbm, powerDbm) * 10 - lossDdb }))
        },
      })
      const timer = setTimeout(() => {
        asked.delete(token)
        resolve(fail('radio/no-answer', `no TX_ACK within ${answerMsMax} ms`))
      }, answerMsMax)
      toForwarder(writeDatagram(pullResp, token, writeTxpk(transmission, powerDbm, region)), pullFrom)
    })

  return ok({
    name: `semtech ${listen.host}:${down.address().port}`,
    port: down.address().port,
    stats: () => counts,
    onHeard: (listener) => {
      listeners.push(listener)
    },
    transmit: async (transmission) => {
      if (closed) return fail('radio/closed')
      const { frame, freqKhz, dr, txDdbm } = transmission
      const rate = dataRateOf(region, dr)
      if (rate === null) return fail('radio/bad-transmission', `${region.id} has no data rate ${dr}`)
      if (pullFrom === null) return fail('radio/no-forwarder', `${listen.host} port ${listen.port}`)
      const airtimeUs = timeOnAirUs(rate, frame.length)
      const booked = ledger.book({ atMs: Date.now(), freqKhz, bandwidthKhz: rate.bandwidthKhz, airtimeUs })
      return booked.ok ? send(transmission, Math.floor((txDdbm + lossDdb) / 10)) : booked
    },
    close: async () => {
      if (closed) return
      closed = true
      ledger.close()
      down.close()
      up?.close()
    },
  })
}
