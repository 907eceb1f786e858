/** The JavaScript signer under Node, from a bundle: of these sources or of an older commit, with its operations counted. */
import { createContext, Script } from 'node:vm'

export type Operations = {
  multiplications: number
  convolutions: number
  elements: number
  reads: number
  writes: number
}
export type Built = { sign(secret: Uint8Array, digest: Uint8Array): Uint8Array; operations(): Operations }

type Job = { step(): boolean; readonly result: Uint8Array }
type Api = { signJob(secret: Uint8Array, digest: Uint8Array, table: Uint32Array, hash: unknown): Job }

const convolve = (a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number => {
  const length = b.length
  let at = ((offset % length) + length) % length
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    sum += (a[i] as number) * (b[at] as number)
    if (++at === length) at = 0
  }
  return sum
}

/**
 * @param code - a script that leaves `signJob` on `global`.
 * @param counting - slow: every typed array of the signer is a proxy that counts reads and writes of elements.
 */
export const openBuild = (code: string, table: Uint32Array, hash: unknown, counting: boolean): Built => {
  const counts: Operations = { multiplications: 0, convolutions: 0, elements: 0, reads: 0, writes: 0 }
  const real = new WeakMap<object, Uint32Array>()
  const plain = (a: Uint32Array): Uint32Array => real.get(a) ?? a
  const wrap = (a: Uint32Array): Uint32Array => {
    if (!counting) return a
    const proxy = new Proxy(a, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) counts.reads++
        const value = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const result: unknown = value.apply(
            target,
            args.map((arg) => plain(arg as Uint32Array)),
          )
          return result === target ? proxy : result instanceof Uint32Array ? wrap(result) : result
        }
      },
      set: (target, key, value) => {
        counts.writes++
        return Reflect.set(target, key, value)
      },
    })
    real.set(proxy, a)
    return proxy
  }
  const sandbox: Record<string, unknown> = {
    Uint24Array: function make(from: unknown, offset?: number, length?: number) {
      return wrap(new Uint32Array(from as ArrayBuffer, offset, length))
    },
    Uint8Array,
    Float64Array,
    E: {
      convolve: (a: Uint32Array, b: Uint32Array, offset: number) => {
        counts.convolutions++
        counts.elements += a.length
        // The first column of the upper half: once in each multiplication modulo p, and in each fold modulo n.
        if (offset === 1 && a.length === 11) counts.multiplications += 0.5
        return convolve(plain(a), plain(b), offset)
      },
    },
  }
  sandbox.global = sandbox
  const context = createContext(sandbox)
  new Script(code).runInContext(context)
  const { signJob } = sandbox as unknown as Api
  return {
    sign: (secret, digest) => {
      const job = signJob(secret, digest, wrap(table), hash)
      while (job.step());
      return job.result
    },
    operations: () => ({ ...counts }),
  }
}
