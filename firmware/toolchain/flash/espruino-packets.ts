import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashTransport } from './transport.ts'

/** Espruino reference, "UART and packets": 0x10 0x01, then type and length in 16 bits, high byte first. Firmware 2v25 and newer. */
const packetType = { eval: 0x2000, fileSend: 0x6000, data: 0x8000, fileReceive: 0xa000 }
const typeMask = 0xe000
const dle = 0x10
const soh = 0x01
const ack = 0x06
const nak = 0x15
const answerMs = 5_000
const chatterBytesMax = 16_384
/** What the smallest input buffer takes while flash is written. */
const chunkBytes = 512

/** Takes single bytes until one of `wanted` comes; what a running program prints between is passed over. */
const until = async (transport: FlashTransport, wanted: readonly number[]): Promise<Result<number>> => {
  for (let i = 0; i < chatterBytesMax; i++) {
    const next = await transport.take(1, answerMs)
    if (!next.ok) return next
    const [byte] = next.value
    if (byte === undefined) break
    if (wanted.includes(byte)) return ok(byte)
  }
  return fail('flash/no-answer', transport.path)
}

/** Sends a packet and waits until the board has taken it. Errors: flash/refused with what the board says, flash/no-answer. */
const sendPacket = async (transport: FlashTransport, type: number, data: Uint8Array): Promise<Result<null>> => {
  const head = type | data.length
  // One packet is out at a time, so that nothing that is here already can be its answer.
  transport.discard()
  const sent = await transport.send(Uint8Array.from([dle, soh, head >> 8, head & 0xff, ...data]))
  if (!sent.ok) return sent
  const answer = await until(transport, [ack, nak])
  if (!answer.ok) return answer
  if (answer.value === ack) return ok(null)
  const said = await transport.take(200, 100)
  const [line = ''] = said.ok ? Buffer.from(said.value).toString('latin1').split('\r') : []
  return fail('flash/refused', line === '' ? 'the board says no' : line)
}

const takeWhole = async (transport: FlashTransport, count: number): Promise<Result<Uint8Array>> => {
  const taken = await transport.take(count, answerMs)
  return !taken.ok || taken.value.length === count ? taken : fail('flash/no-answer', transport.path)
}

const takePacket = async (transport: FlashTransport): Promise<Result<{ type: number; data: Uint8Array }>> => {
  const found = await until(transport, [dle])
  if (!found.ok) return found
  const head = await takeWhole(transport, 3)
  if (!head.ok) return head
  const [mark, high = 0, low = 0] = head.value
  if (mark !== soh) return fail('flash/no-answer', `${transport.path}: no packet`)
  const word = high * 256 + low
  const data = await takeWhole(transport, word & ~typeMask)
  return data.ok ? ok({ type: word & typeMask, data: data.value }) : data
}

/** @param code - an expression. @returns its value, as JSON can hold it. */
export const evaluate = async (transport: FlashTransport, code: string): Promise<Result<unknown>> => {
  const asked = await sendPacket(transport, packetType.eval, Buffer.from(code))
  if (!asked.ok) return asked
  const answer = await takePacket(transport)
  if (!answer.ok) return answer
  try {
    return ok(JSON.parse(Buffer.from(answer.value.data).toString('latin1')))
  } catch {
    return fail('flash/no-answer', `${transport.path}: no JSON`)
  }
}

/** Writes a file of the board's Storage. */
export const sendFile = async (
  transport: FlashTransport,
  name: string,
  bytes: Uint8Array,
  onSent: (bytes: number) => void,
): Promise<Result<null>> => {
  const head = JSON.stringify({ fn: name, s: bytes.length })
  let taken = await sendPacket(transport, packetType.fileSend, Buffer.from(head))
  for (let at = 0; at < bytes.length && taken.ok; at += chunkBytes) {
    taken = await sendPacket(transport, packetType.data, bytes.subarray(at, at + chunkBytes))
    onSent(Math.min(at + chunkBytes, bytes.length))
  }
  return taken
}

/** Reads a file of the board's Storage; an empty packet ends it. */
export const receiveFile = async (
  transport: FlashTransport,
  name: string,
  bytesMax: number,
): Promise<Result<Uint8Array>> => {
  const asked = await sendPacket(transport, packetType.fileReceive, Buffer.from(JSON.stringify({ fn: name })))
  if (!asked.ok) return asked
  let file = Buffer.alloc(0)
  while (file.length <= bytesMax) {
    const packet = await takePacket(transport)
    if (!packet.ok) return packet
    if (packet.value.type !== packetType.data) continue
    if (packet.value.data.length === 0) return ok(file)
    file = Buffer.concat([file, packet.value.data])
  }
  return fail('flash/no-answer', `${transport.path}: more bytes than were written`)
}
