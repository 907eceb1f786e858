/** What the interpreter offers beyond ECMAScript, as far as the signer uses it. Source: espruino.com/Reference, 2v29. */
declare const E: {
  /** Sum over i of a[i] * b[(i + offset) modulo the length of b], in doubles. */
  convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number
  /** to[i] = from[i], or map[from[i]], or map(from[i], i), as far as both arrays go. With `bits` below zero, pieces of that many bits, the lowest first. */
  mapInPlace(
    from: ArrayLike<number>,
    to: ArrayLike<number>,
    map?: ArrayLike<number> | ((value: number, index: number) => number),
    bits?: number,
  ): void
  /** One array of what is given: bytes, and arrays of them. */
  toUint8Array(...parts: (number | ArrayLike<number>)[]): Uint8Array
}
/** 24 bits an element: a store keeps the low 24 bits of the integer, two's complement. */
declare const Uint24Array: Uint32ArrayConstructor
