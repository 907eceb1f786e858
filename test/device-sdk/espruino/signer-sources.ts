import { combTable } from '../../../device-sdk/espruino/index.ts'
import type { Slice } from '../../../device-sdk/espruino/signer/inverse.ts'
import { arrayNatives, uint24 } from '../../../firmware/espruino-profile/index.ts'

/** The sources of the signer under Node, with what they expect of the firmware, and a count of what they ask of it. */
const counts = { convolutions: 0, elements: 0 }

const { Uint24Array, plain } = uint24(Uint32Array, Uint8Array)
const { convolve, ...others } = arrayNatives(plain)

Object.assign(globalThis, {
  Uint24Array,
  E: {
    convolve: (a: ArrayLike<number>, b: ArrayLike<number>, offset: number) => {
      counts.convolutions++
      counts.elements += a.length
      return convolve(a, b, offset)
    },
    ...others,
  },
})

// Why so late: each file takes `E.convolve` when it is read.
const folder = '../../../device-sdk/espruino/signer'
export const field: typeof import('../../../device-sdk/espruino/signer/field.ts') = await import(`${folder}/field.ts`)
export const inverse: typeof import('../../../device-sdk/espruino/signer/inverse.ts') = await import(
  `${folder}/inverse.ts`
)
export const order: typeof import('../../../device-sdk/espruino/signer/order.ts') = await import(`${folder}/order.ts`)
export const multiply: typeof import('../../../device-sdk/espruino/signer/multiply.ts') = await import(
  `${folder}/multiply.ts`
)
export const signing: typeof import('../../../device-sdk/espruino/signer/sign.ts') = await import(`${folder}/sign.ts`)
const { verify }: typeof import('../../../device-sdk/espruino/signer/verify.ts') = await import(`${folder}/verify.ts`)

/** The table, as the firmware would show its bytes by threes. */
export const table = Reflect.construct(Uint24Array, [combTable().buffer]) as Uint32Array

/** A verification to step through; its result stands at the end. */
export const verifyJob = (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) => {
  const result: { held?: boolean } = {}
  let slice: Slice | undefined = verify(digest, publicKey, signature, table, (held) => {
    result.held = held
  })
  const step = (): boolean => {
    slice = slice?.()
    return slice !== undefined
  }
  return { step, result }
}

export const toBig = (limbs: ArrayLike<number>): bigint =>
  Array.from(limbs).reduceRight((sum, limb) => (sum << 24n) + BigInt(limb), 0n)
export const toLimbs = (value: bigint): Uint32Array =>
  Reflect.construct(Uint24Array, [
    Array.from({ length: 11 }, (_, i) => Number((value >> BigInt(24 * i)) & 0xffffffn)),
  ]) as Uint32Array
export const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))

/** Runs a job to its end; the most convolutions that one slice took. */
export const finish = <T>(job: {
  step(): boolean
  readonly result: T
}): { result: T; slices: number; most: number } => {
  let slices = 0
  let most = 0
  let more = true
  while (more) {
    const before = counts.convolutions
    more = job.step()
    slices++
    most = Math.max(most, counts.convolutions - before)
  }
  return { result: job.result, slices, most }
}
