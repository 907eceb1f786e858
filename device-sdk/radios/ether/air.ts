import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { Transmission } from '../radio.ts'
import { bindLoopback, closeSocket, loopback, sendTo } from './loopback.ts'
import type { Member } from './members.ts'
import { openMembers } from './members.ts'
import type { ToAir, ToRadio } from './messages.ts'
import { readToAir, writeMessage } from './messages.ts'
import { receive } from './propagation.ts'

export type AirOptions = {
  /** 0 takes a free port. */
  readonly port?: number
  /** Decides the shadowing: the same seed and places give the same RSSI. */
  readonly seed: number
}
/** `dropped` counts datagrams that were no message of a radio; `delivered` counts receptions. */
export type AirStats = {
  readonly radios: number
  readonly transmitted: number
  readonly delivered: number
  readonly dropped: number
}
export type Air = { readonly port: number; close(): Promise<void>; stats(): AirStats }

/**
 * The air that simulated radios of separate processes share: a server on loopback UDP that knows where each one truly
 * stands, and hands each frame to all those that would receive it. `propagation.ts` says how well.
 * Errors: radio/air-unusable.
 */
export const startAir = async ({ port = 0, seed }: AirOptions): Promise<Result<Air>> => {
  const socket = await bindLoopback(port)
  if (typeof socket === 'string') return fail('radio/air-unusable', socket)
  const members = openMembers()
  const counts = { transmitted: 0, delivered: 0, dropped: 0 }
  const answer = (to: number, message: ToRadio): void => void sendTo(socket, writeMessage(message), to)

  const spread = (from: number, member: Member, transmission: Transmission, atMs: number): void => {
    const { frame, freqKhz, dr } = transmission
    const nowMs = performance.now()
    members.prune(nowMs)
    for (const [to, { session, station, joinedMs }] of members.all) {
      const reception = to === from ? null : receive(seed, member.station, station, transmission)
      if (reception === null) continue
      counts.delivered++
      const tmst = Math.floor((nowMs - joinedMs) * 1000) % 2 ** 32
      answer(to, { type: 'heard', session, heard: { frame, atMs, ...reception, freqKhz, dr, tmst } })
    }
  }
  const transmit = (from: number, { session, n, transmission }: Extract<ToAir, { type: 'transmit' }>): void => {
    const member = members.of(from, session)
    if (member === null) {
      answer(from, { type: 'unknown', session })
      return
    }
    member.seenMs = performance.now()
    // A radio asks again until it is answered: what went on the air once does not go there twice.
    if (member.sent === null || n > member.sent.n) {
      member.sent = { n, atMs: Date.now() }
      counts.transmitted++
      spread(from, member, transmission, member.sent.atMs)
    }
    if (n === member.sent.n) answer(from, { type: 'sent', session, ...member.sent })
  }

  socket.on('message', (datagram, { address, port: from }) => {
    const message = address === loopback ? readToAir(datagram) : null
    if (message === null) {
      counts.dropped++
      return
    }
    const { session } = message
    if (message.type === 'transmit') transmit(from, message)
    else if (message.type === 'leave') {
      if (members.of(from, session) !== null) members.all.delete(from)
    } else if (members.join(from, session, message.station, performance.now()))
      answer(from, { type: 'joined', session })
    else counts.dropped++
  })
  let closed: Promise<void> | null = null
  return ok({
    port: socket.address().port,
    stats: () => {
      members.prune(performance.now())
      return { radios: members.all.size, ...counts }
    },
    close: () => {
      closed ??= closeSocket(socket)
      return closed
    },
  })
}
