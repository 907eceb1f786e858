import { randomBytes } from 'node:crypto'
import type { Result } from '../../protocol/index.ts'
import { fail, ok, toHex } from '../../protocol/index.ts'
import type { Heard, Radio, Sent, Transmission } from '../radio.ts'
import { bindLoopback, closeSocket, loopback, sendTo } from './loopback.ts'
import type { ToAir, ToRadio } from './messages.ts'
import { isFrame, readSignal, readStation, readToRadio, writeMessage } from './messages.ts'
import type { Place } from './propagation.ts'

export type EtherOptions = {
  /** `udp://127.0.0.1:PORT` of a running air. */
  readonly air: string
  /** Where the radio truly stands, which need not be what its owner asserts. */
  readonly truePlace: Place
  readonly gainDbi: number
  /** How often to join again, which keeps the radio in the air and brings it back after a restart of the air. */
  readonly keepAliveMs?: number
  /** How long to ask before the air counts as unreachable. */
  readonly answerMsMax?: number
}
/** `dropped` counts datagrams that came from elsewhere or were no message of the air. */
export type EtherRadio = Radio & { stats(): { readonly dropped: number } }

type Asked = { readonly message: ToAir; readonly finish: (answer: Result<ToRadio>) => void }

const keepAliveDefaultMs = 3_000
const answerDefaultMsMax = 3_000
const resendMs = 200

const portOf = (air: string): number | null => {
  const port = Number(/^udp:\/\/(?:127\.0\.0\.1|localhost):(\d{1,5})\/?$/.exec(air)?.[1])
  return port >= 1 && port <= 65_535 ? port : null
}

/**
 * A simulated radio in the air of `startAir`. It sends one frame at a time; frames that it misses while the air restarts
 * are lost, as they would be to a radio.
 * Errors: radio/bad-address, radio/air-unreachable; of `transmit` also radio/bad-transmission, radio/closed.
 */
export const etherRadio = async (options: EtherOptions): Promise<Result<EtherRadio>> => {
  const { air, truePlace, gainDbi, keepAliveMs = keepAliveDefaultMs, answerMsMax = answerDefaultMsMax } = options
  const airPort = portOf(air)
  if (airPort === null) return fail('radio/bad-address', air)
  const station = readStation({ ...truePlace, gainDbi })
  if (station === null)
    throw new RangeError('a radio stands at a latitude and longitude, with a gain from -30 to 30 dBi')
  const socket = await bindLoopback(0)
  if (typeof socket === 'string') return fail('radio/air-unreachable', socket)

  const session = toHex(randomBytes(8))
  const join: ToAir = { type: 'join', session, station }
  const listeners: ((heard: Heard) => void)[] = []
  let dropped = 0
  let asked: Asked | null = null
  let closed: Promise<void> | null = null
  const send = (message: ToAir): void => void sendTo(socket, writeMessage(message), airPort)

  /** Sends until an answer comes. One question at a time. */
  const ask = (message: ToAir): Promise<Result<ToRadio>> =>
    new Promise((resolve) => {
      const again = setInterval(() => send(message), resendMs)
      const end = setTimeout(() => finish(fail('radio/air-unreachable', air)), answerMsMax)
      const finish = (answer: Result<ToRadio>): void => {
        clearInterval(again)
        clearTimeout(end)
        asked = null
        resolve(answer)
      }
      asked = { message, finish }
      send(message)
    })

  const take = (answer: ToRadio): void => {
    const question = asked?.message
    if (answer.type === 'heard') for (const listener of listeners) listener(answer.heard)
    else if (answer.type === 'unknown') send(join)
    else if (answer.type === 'joined') {
      if (question?.type === 'join') asked?.finish(ok(answer))
      else if (question !== undefined) send(question)
    } else if (question?.type === 'transmit' && question.n === answer.n) asked?.finish(ok(answer))
  }
  socket.on('message', (datagram, { address, port }) => {
    const message = address === loopback && port === airPort ? readToRadio(datagram) : null
    if (message === null || message.session !== session) dropped++
    else if (closed === null) take(message)
  })

  const joined = await ask(join)
  if (!joined.ok) {
    await closeSocket(socket)
    return joined
  }
  const keepAlive = setInterval(() => send(join), keepAliveMs)

  let n = 0
  const put = async ({ frame, ...rest }: Transmission): Promise<Result<Sent>> => {
    if (closed !== null) return fail('radio/closed')
    const signal = readSignal(rest)
    if (signal === null || !isFrame(frame)) return fail('radio/bad-transmission')
    const answer = await ask({ type: 'transmit', session, n: n++, transmission: { frame, ...signal } })
    if (!answer.ok) return answer
    return answer.value.type === 'sent'
      ? ok({ atMs: answer.value.atMs, txDdbm: signal.txDdbm })
      : fail('radio/air-unreachable', air)
  }
  let last: Promise<unknown> = Promise.resolve()
  return ok({
    name: `ether ${air}`,
    stats: () => ({ dropped }),
    onHeard: (listener) => {
      listeners.push(listener)
    },
    transmit: (transmission) => {
      const sent = last.then(() => put(transmission))
      last = sent
      return sent
    },
    close: () => {
      if (closed !== null) return closed
      clearInterval(keepAlive)
      asked?.finish(fail('radio/closed'))
      // Closing sooner would take back the datagram.
      closed = sendTo(socket, writeMessage({ type: 'leave', session }), airPort).then(() => closeSocket(socket))
      return closed
    },
  })
}
