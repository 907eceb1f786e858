/**
 * Keccak-256 by WebAssembly, synchronous once it is loaded: for the hundreds of thousands of hashes of a large tree.
 * Why not always: it has to be waited for, and a short run is over before it pays.
 */
export const loadKeccak256 = async (): Promise<(message: Uint8Array) => Uint8Array> => {
  const { createKeccak } = await import('hash-wasm')
  const hasher = await createKeccak(256)
  return (message) => hasher.init().update(message).digest('binary')
}
