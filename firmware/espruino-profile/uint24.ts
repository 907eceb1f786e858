type Wide = Uint32Array
type WideConstructor = new (from: never, offset?: number, length?: number) => Wide
const mask = 0xffffff
const cut = (array: Wide): Wide => {
  for (let i = 0; i < array.length; i++) array[i] = (array[i] as number) & mask
  return array
}

/** What natives read and write of an array: the numbers behind a `Uint24Array`, anything else as it is. */
export type Plain = <T>(array: T) => T

/**
 * The array of 24 bits for an engine that has none: 32 bits an element, cut at each store. Views made by `subarray`
 * share their elements; one made from an ArrayBuffer copies its bytes by threes.
 */
export const uint24 = (Wide: WideConstructor, Bytes: Uint8ArrayConstructor) => {
  const behind = new WeakMap<object, Wide>()
  const plain: Plain = (array) => (behind.get(array as object) as typeof array | undefined) ?? array
  const wrap = (array: Wide): Wide => {
    const proxy: Wide = new Proxy(array, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const result: unknown = value.apply(target, args.map(plain))
          if (key === 'set' || key === 'fill') cut(target)
          return result === target ? proxy : result instanceof Wide ? wrap(cut(result)) : result
        }
      },
      set: (target, key, value) => Reflect.set(target, key, typeof key === 'string' ? value & mask : value),
    })
    behind.set(proxy, array)
    return proxy
  }
  function Uint24Array(from: unknown, offset = 0, length?: number): Wide {
    const buffer = from as { byteLength?: number; length?: number } | undefined
    if (buffer?.byteLength === undefined || buffer.length !== undefined)
      return wrap(cut(new Wide(plain(from) as never)))
    const bytes = new Bytes(from as ArrayBuffer, offset, length === undefined ? undefined : 3 * length)
    const numbers = new Wide((length ?? Math.floor(bytes.length / 3)) as never)
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = (bytes[3 * i] ?? 0) + 256 * (bytes[3 * i + 1] ?? 0) + 65536 * (bytes[3 * i + 2] ?? 0)
    return wrap(numbers)
  }
  return { Uint24Array, plain }
}
