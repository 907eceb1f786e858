/** What the interpreter offers beyond ECMAScript, as far as the signer uses it. Source: espruino.com/Reference, 2v29. */
declare const E: {
  /** Sum over i of a[i] * b[(i + offset) modulo the length of b], in doubles. */
  convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number
}
/** 24 bits an element. A store keeps the low bits, but the signer masks first, so that Uint32Array does as well. */
declare const Uint24Array: Uint32ArrayConstructor
