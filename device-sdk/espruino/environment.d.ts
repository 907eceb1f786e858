/** What the interpreter offers beyond ECMAScript, as far as it is used here. Source: espruino.com/Reference, 2v29. */
declare const E: {
  /** Sum over i of a[i] * b[(i + offset) modulo the length of b], in doubles. */
  convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number
  CRC32(bytes: string): number
  /** 32 bits. What they are worth depends on the board: see random.ts. */
  hwRand(): number
  /** Linux alone. */
  openFile(path: string, mode: 'r'): { read(bytes: number): string; close(): void }
  toString(bytes: ArrayLike<number>): string
  toArrayBuffer(bytes: string): ArrayBuffer
  nativeCall(offset: number, signature: string, code: string): (what: number, io: number, third: number) => number
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
/** 24 bits an element. A store keeps the low bits, but the signer masks first, so that Uint32Array does as well. */
declare const Uint24Array: Uint32ArrayConstructor
/** The word at an address. */
declare function peek32(address: number): number
