/** What the interpreter offers beyond ECMAScript, as far as it is used here. Source: espruino.com/Reference, 2v29. */
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
  CRC32(bytes: string): number
  /** 32 bits. What they are worth depends on the board: see random.ts. */
  hwRand(): number
  /** Linux alone. */
  openFile(path: string, mode: 'r'): { read(bytes: number): string; close(): void }
  toString(bytes: ArrayLike<number>): string
  toArrayBuffer(bytes: string): ArrayBuffer
  nativeCall(address: number, signature: string): (what: number, io: number, third: number) => number
  toFlatString(data: string | Uint8Array): string | undefined
  getAddressOf(value: string | Uint8Array, flat: boolean): number
  /** `force`: it stays there whatever is plugged in. Null: nowhere. */
  setConsole(device: string | null, options?: { readonly force: boolean }): void
  setPassword(password: string): void
  lockConsole(): void
  reboot(): void
  /** Boards alone: after so many seconds without a moment of rest the chip starts again. */
  enableWatchdog?(seconds: number, auto: boolean): void
}
/** 24 bits an element: a store keeps the low 24 bits of the integer, two's complement. */
declare const Uint24Array: Uint32ArrayConstructor
/** The word at an address. */
declare function peek32(address: number): number
