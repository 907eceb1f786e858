import { createSocket } from 'node:dgram'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { joined, readToAir, writeHeard } from './air-messages.ts'
import type { Station } from './propagation.ts'
import { received } from './propagation.ts'
import type { Transmission } from './radio.ts'

export type AirStats = { readonly radios: number; readonly frames: number; readonly delivered: number; readonly malformed: number }
export type Air = { readonly port: number; stats(): AirStats; close(): Promise<void> }

const host = '127.0.0.1'
const radiosMax = 10_000
/** A radio joins again every few seconds; one that stopped is forgotten. */
const forgetMs = 30_000

type Member = { readonly station: Station; readonly port: number; seenMs: number }

/** The simulated air: knows where each radio really is, and lets every other one hear what physics lets through. Loopback only. */
export const startAir = ({ port = 0, seed = 1 }: { readonly port?: number; readonly seed?: number }): Promise<Result<Air>> => {
  const socket = createSocket('udp4')
  const members = new Map<number, Member>()
  const stats = { frames: 0, delivered: 0, malformed: 0 }

  const spread = (from: Member, { frame, freqKhz, dr, txDdbm }: Transmission): void => {
    stats.frames++
    for (const [memberPort, to] of members) {
      if (Date.now() - to.seenMs > forgetMs) members.delete(memberPort)
      const signal = to === from ? null : received(from.station, to.station, txDdbm / 10, freqKhz, seed)
      if (signal === null) continue
      const [rssiDdbm, snrDdb] = [Math.round(signal.rssiDbm * 10), Math.round(signal.snrDb * 10)]
      socket.send(writeHeard({ frame, rssiDdbm, snrDdb, freqKhz, dr }), memberPort, host)
      stats.delivered++
    }
  }

  socket.on('message', (datagram, { port: from }) => {
    const message = readToAir(datagram)
    const member = members.get(from)
    if (message?.kind === 'join' && (member !== undefined || members.size < radiosMax)) {
      members.set(from, { station: message.station, port: from, seenMs: Date.now() })
      socket.send(joined, from, host)
    } else if (message?.kind === 'send' && member !== undefined) spread(member, message)
    else stats.malformed++
  })

  return new Promise((resolve) => {
    socket.once('error', (error) => resolve(fail('radio/air-unusable', `port ${port}: ${error.message}`)))
    socket.bind(port, host, () => {
      const bound = socket.address().port
      const close = (): Promise<void> => new Promise((done) => socket.close(() => done()))
      resolve(ok({ port: bound, stats: () => ({ radios: members.size, ...stats }), close }))
    })
  })
}
