/** The JavaScript signer under Node, from a bundle: of these sources or of an older commit, with its operations counted. */
import { createContext, Script } from 'node:vm'

export type Operations = {
  multiplications: number
  convolutions: number
  elements: number
  reads: number
  writes: number
}
export type Built = {
  sign(secret: Uint8Array, digest: Uint8Array): Uint8Array
  verify(digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean
  operations(): Operations
}

type Job = { step(): boolean; readonly result: Uint8Array }
type Slice = () => Slice | undefined
type Done = (held: boolean) => void
type Api = {
  signJob(secret: Uint8Array, digest: Uint8Array, table: Uint32Array, hash: unknown): Job
  verify(digest: Uint8Array, key: Uint8Array, signature: Uint8Array, table: Uint32Array, done: Done): Slice
}

type Numbers = ArrayLike<number> & { BYTES_PER_ELEMENT?: number }
/** The firmware's natives, as far as the signer asks for them; `plain` leads to the numbers behind a proxy of 24 bits. */
const nativesFor = (plain: <T>(a: T) => T) => ({
  convolve: (first: Numbers, second: Numbers, offset = 0): number => {
    const a = plain(first)
    const b = plain(second)
    let at = (offset + b.length) % b.length
    let sum = 0
    for (let i = 0; i < a.length; i++) {
      sum += (a[i] as number) * (b[at] as number)
      if (++at === b.length) at = 0
    }
    return sum
  },
  mapInPlace: (from: Numbers, to: number[], map?: Numbers | ((value: number) => number), bits?: number): void => {
    const source = plain(from)
    const width = source === from ? 8 * (from.BYTES_PER_ELEMENT ?? 1) : 24
    const wanted = bits === undefined ? width : -bits
    const pieces: number[] = []
    let held = 0
    let el = 0
    for (let i = 0; i < source.length; i++) {
      el |= (source[i] as number) << held
      held += width
      while (held >= wanted) {
        pieces.push(bits === undefined ? el : el & ((1 << wanted) - 1))
        el = bits === undefined ? 0 : el >> wanted
        held -= wanted
      }
    }
    const table = plain(map)
    for (let i = 0; i < Math.min(pieces.length, to.length); i++) {
      const value = pieces[i] as number
      to[i] = typeof table === 'function' ? table(value) : table === undefined ? value : (table[value] as number)
    }
  },
  toUint8Array: (...parts: (number | Numbers)[]): Uint8Array =>
    new Uint8Array(parts.flatMap((part) => (typeof part === 'number' ? part : Array.from(part)))),
})

/**
 * @param code - a script that leaves `signJob` and, where there is one, `verify` on `global`.
 * @param counting - counts the reads and writes of elements too.
 */
export const openBuild = (code: string, table: Uint32Array, hash: unknown, counting: boolean): Built => {
  const counts: Operations = { multiplications: 0, convolutions: 0, elements: 0, reads: 0, writes: 0 }
  const real = new WeakMap<object, Uint32Array>()
  const plain = <T>(a: T): T => (real.get(a as object) as T | undefined) ?? a
  const natives = nativesFor(plain)
  const cut = (a: Uint32Array): void => {
    for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) & 0xffffff
  }
  const wrap = (a: Uint32Array): Uint32Array => {
    const proxy = new Proxy(a, {
      get: (target, key) => {
        if (counting && typeof key === 'string' && /^\d+$/.test(key)) counts.reads++
        const value = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const result: unknown = value.apply(
            target,
            args.map((arg) => plain(arg as Uint32Array)),
          )
          if (key === 'set' || key === 'fill') cut(target)
          return result === target ? proxy : result instanceof Uint32Array ? wrap(result) : result
        }
      },
      set: (target, key, value) => {
        counts.writes++
        return Reflect.set(target, key, value & 0xffffff)
      },
    })
    real.set(proxy, a)
    return proxy
  }
  const sandbox: Record<string, unknown> = {
    Uint24Array: function make(from: unknown, offset?: number, length?: number) {
      return wrap(new Uint32Array(plain(from) as ArrayBuffer, offset, length))
    },
    Uint8Array,
    Float64Array,
    E: {
      convolve: (a: Uint32Array, b: Uint32Array, offset: number) => {
        counts.convolutions++
        counts.elements += a.length
        // Column 1 of either half, by the arrays of this signer and of its earlier commits.
        if (offset === 1 && (a.length === 11 || (a.length === 23 && a.BYTES_PER_ELEMENT === 4)))
          counts.multiplications += 0.5
        return natives.convolve(a, b, offset)
      },
      mapInPlace: natives.mapInPlace,
      toUint8Array: natives.toUint8Array,
    },
  }
  sandbox.global = sandbox
  const context = createContext(sandbox)
  new Script(code).runInContext(context)
  const { signJob, verify } = sandbox as unknown as Api
  return {
    sign: (secret, digest) => {
      const job = signJob(secret, digest, wrap(table), hash)
      while (job.step());
      return job.result
    },
    verify: (digest, publicKey, signature) => {
      let good = false
      let slice: Slice | undefined = verify(digest, publicKey, signature, wrap(table), (held) => {
        good = held
      })
      while (slice !== undefined) slice = slice()
      return good
    },
    operations: () => ({ ...counts }),
  }
}
