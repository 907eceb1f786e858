import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashTransport } from './transport.ts'

/** A line that begins with it is not echoed. */
const quiet = '\x10'
const mark = '~~'
const answerMs = 3_000
const charsMax = 16_384
const chunkBytes = 96

/** Runs a line at the prompt. */
export const runLine = (transport: FlashTransport, code: string): Promise<Result<null>> =>
  transport.send(Buffer.from(`${quiet}${code}\n`))

/**
 * The text of an expression, printed between marks that its own line cannot be taken for.
 * Errors: flash/no-answer.
 */
export const askLine = async (
  transport: FlashTransport,
  code: string,
  withinMs = answerMs,
): Promise<Result<string>> => {
  const asked = await runLine(transport, `print("~"+"~"+(${code})+"~"+"~")`)
  if (!asked.ok) return asked
  let text = ''
  while (text.length < charsMax) {
    const next = await transport.take(1, withinMs)
    if (!next.ok) return next
    if (next.value.length === 0) break
    text += String.fromCharCode(...next.value)
    const [, value, rest] = text.split(mark)
    if (value !== undefined && rest !== undefined) return ok(value)
  }
  return fail('flash/no-answer', `${transport.path}: ${text.slice(-80).trim() || 'silence'}`)
}

const storage = 'require("Storage")'

/** Writes a file of the board's Storage by lines, for firmware before 2v25. */
export const writeByLines = async (
  transport: FlashTransport,
  name: string,
  bytes: Uint8Array,
  onSent: (bytes: number) => void,
): Promise<Result<null>> => {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes)).toString('base64')
    const size = at === 0 ? `,${bytes.length}` : ''
    const wrote = await askLine(transport, `${storage}.write("${name}",atob("${chunk}"),${at}${size})`)
    if (!wrote.ok) return wrote
    if (wrote.value !== 'true') return fail('flash/refused', `Storage.write gives ${wrote.value}`)
    onSent(Math.min(at + chunkBytes, bytes.length))
  }
  return ok(null)
}

/** Reads a file of the board's Storage by lines. */
export const readByLines = async (
  transport: FlashTransport,
  name: string,
  count: number,
): Promise<Result<Uint8Array>> => {
  const parts: Buffer[] = []
  for (let at = 0; at < count; at += chunkBytes) {
    const length = Math.min(chunkBytes, count - at)
    const part = await askLine(transport, `btoa(${storage}.read("${name}",${at},${length}))`)
    if (!part.ok) return part
    parts.push(Buffer.from(part.value, 'base64'))
  }
  return ok(Buffer.concat(parts))
}
