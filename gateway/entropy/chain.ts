import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createSHA256 } from 'hash-wasm'
import { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { writeDurably } from '../durable-file.ts'

/** Values 0 (the tip) to 2^20 (the seed): at one a minute, two years. */
export const chainLength = 2 ** 20
const valueBytes = 32
/** Of every so many values one is kept, so that any other is near. */
const stride = 1_024
/** Hashes done before other work has its turn: some milliseconds. */
const sliceHashes = 4_096

/**
 * A SHA-256 chain: SHA-256(value at i) is the value at i - 1. Who holds the file can predict every value to come; who knows
 * the tip can check every value that is published.
 */
export type Chain = {
  readonly tip: Uint8Array
  /** Unix seconds at which value 0 was current. */
  readonly startS: number
  /** @param index - 0 to 2^20. */
  value(index: number): Uint8Array
}

const fileSchema = z.strictObject({
  startS: z.int().min(0),
  /** SHA-256 of all the rest: a chain with one wrong bit leads devices nowhere. */
  sum: z.string(),
  kept: z.base64().length(4 * Math.ceil(((chainLength / stride + 1) * valueBytes) / 3)),
})

const sumOf = (startS: number, kept: string): string => createHash('sha256').update(`${startS} ${kept}`).digest('hex')

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const hasher = async (): Promise<(bytes: Uint8Array) => Uint8Array> => {
  const sha256 = await createSHA256()
  return (bytes) => sha256.init().update(bytes).digest('binary')
}

/** Every `stride`-th value from the tip up to the seed. */
const make = async (hash: (bytes: Uint8Array) => Uint8Array, signal: AbortSignal): Promise<Uint8Array | null> => {
  const kept = new Uint8Array((chainLength / stride + 1) * valueBytes)
  let value: Uint8Array = randomBytes(valueBytes)
  for (let index = chainLength; index >= 0; index--) {
    if (index % stride === 0) kept.set(value, (index / stride) * valueBytes)
    value = hash(value)
    if (index % sliceHashes === 0) await pause()
    if (signal.aborted) return null
  }
  return kept
}

const read = (path: string): Result<z.infer<typeof fileSchema>> => {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    const isWhole = parsed.success && sumOf(parsed.data.startS, parsed.data.kept) === parsed.data.sum
    return isWhole ? ok(parsed.data) : fail('entropy/unreadable', `${path} holds no whole chain`)
  } catch (error) {
    return fail('entropy/unreadable', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Whether the chain that is there can be used; where none is, one will be made. Errors: entropy/unreadable. */
export const checkChain = (path: string): Result<unknown> => (existsSync(path) ? read(path) : ok(null))

/**
 * The gateway's chain, made at the first start, which takes a second or two in slices, and never again while its file is
 * there. Null where `signal` ended it. Errors: entropy/unreadable, entropy/unwritable.
 */
export const openChain = async (
  path: string,
  now: () => number,
  signal: AbortSignal,
): Promise<Result<Chain> | null> => {
  const hash = await hasher()
  if (!existsSync(path)) {
    const made = await make(hash, signal)
    if (made === null) return null
    const kept = Buffer.from(made).toString('base64')
    const startS = Math.floor(now() / 1000)
    try {
      writeDurably(path, `${JSON.stringify({ startS, sum: sumOf(startS, kept), kept })}\n`)
    } catch (error) {
      return fail('entropy/unwritable', `${path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const file = read(path)
  if (!file.ok) return file
  const kept = new Uint8Array(Buffer.from(file.value.kept, 'base64'))
  const value = (index: number): Uint8Array => {
    const above = Math.ceil(index / stride)
    let at: Uint8Array = kept.slice(above * valueBytes, (above + 1) * valueBytes)
    for (let i = above * stride; i > index; i--) at = hash(at)
    return at
  }
  return ok({ tip: value(0), startS: file.value.startS, value })
}
