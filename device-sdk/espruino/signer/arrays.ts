/** The arrays, and what joins them, under names of the bundle's own: a bundler shortens these, and writes those of the language out each time. */
export const Bytes = Uint8Array
export const Words = Int32Array
export const Digits = Uint24Array
export const join = E.toUint8Array
