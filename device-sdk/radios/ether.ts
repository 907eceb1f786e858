import { createSocket } from 'node:dgram'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { readFromAir, writeJoin, writeSend } from './air-messages.ts'
import type { Station } from './propagation.ts'
import type { Heard, Radio } from './radio.ts'

export type EtherOptions = { readonly truePlace: { readonly lat: number; readonly lng: number }; readonly gainDbi: number }

const joinEveryMs = 5_000
const joinTimeoutMs = 3_000

/** A radio in the simulated air at `url` (udp://127.0.0.1:PORT). It joins again and again, so an air that restarts finds it. */
export const etherRadio = (url: string, { truePlace, gainDbi }: EtherOptions): Promise<Result<Radio>> => {
  const match = /^udp:\/\/127\.0\.0\.1:([0-9]{1,5})$/.exec(url)
  const port = Number(match?.[1])
  if (match === null || port < 1 || port > 65_535) return Promise.resolve(fail('radio/air-unreachable', `${url}: must be udp://127.0.0.1:PORT`))
  const station: Station = { ...truePlace, gainDbi }
  const socket = createSocket('udp4')
  const listeners: ((heard: Heard) => void)[] = []
  let onJoined = (): void => {}
  const join = (): void => socket.send(writeJoin(station))

  socket.on('message', (datagram) => {
    const message = readFromAir(datagram)
    if (message === 'joined') onJoined()
    else if (message !== null) for (const listener of listeners) listener({ ...message, atMs: Date.now() })
  })
  // Where no air listens the system refuses the datagram; joining again is the remedy.
  socket.on('error', () => {})
  const timer = setInterval(join, joinEveryMs)
  const close = (): Promise<void> => {
    clearInterval(timer)
    return new Promise((done) => socket.close(() => done()))
  }

  const radio: Radio = {
    name: `air:${url}`,
    transmit: (transmission) =>
      new Promise((resolve) => {
        const atMs = Date.now()
        socket.send(writeSend(transmission), (error) => resolve(error === null ? ok({ atMs }) : fail('radio/air-unreachable', error.message)))
      }),
    onHeard: (listener) => {
      listeners.push(listener)
    },
    close,
  }

  return new Promise((resolve) => {
    const timeout = setTimeout(() => {
      void close()
      resolve(fail('radio/air-unreachable', `${url}: no answer in ${joinTimeoutMs} ms`))
    }, joinTimeoutMs)
    onJoined = () => {
      clearTimeout(timeout)
      resolve(ok(radio))
    }
    // A connected socket takes datagrams from the air alone.
    socket.connect(port, '127.0.0.1', join)
  })
}
