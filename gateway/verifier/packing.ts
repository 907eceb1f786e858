/** One report for a worker to check: the signer's kid in 16 hex digits, its key of 33 bytes, r || s. */
export type SignedPayload = {
  readonly kid: string
  readonly publicKey: Uint8Array
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

const lengthBytes = 4
const kidBytes = 8
const keyBytes = 33
const signatureBytes = 64
const headBytes = lengthBytes + kidBytes + keyBytes + signatureBytes
const digestBytes = 32
/** Whether the signature holds, and SHA-256 of the payload. */
const answerBytes = 1 + digestBytes

/** A batch in one buffer of its own, which can be handed to a thread without a copy. */
export const packBatch = (items: readonly SignedPayload[]): Uint8Array<ArrayBuffer> => {
  let size = 0
  for (const { payload } of items) size += headBytes + payload.length
  const packed = Buffer.from(new ArrayBuffer(size))
  let at = 0
  for (const { kid, publicKey, payload, signature } of items) {
    if (publicKey.length !== keyBytes || signature.length !== signatureBytes) throw new TypeError('no key or signature')
    at = packed.writeUInt32LE(payload.length, at)
    at += packed.write(kid, at, kidBytes, 'hex')
    packed.set(publicKey, at)
    packed.set(signature, at + keyBytes)
    packed.set(payload, at + keyBytes + signatureBytes)
    at += keyBytes + signatureBytes + payload.length
  }
  return packed as Uint8Array<ArrayBuffer>
}

export type UnpackedPayload = Omit<SignedPayload, 'kid'> & { readonly kid: Uint8Array }

/** The items of a batch, as views into it. */
export const unpackBatch = function* (packed: Uint8Array): Generator<UnpackedPayload> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let at = 0; at < packed.length; ) {
    const from = at + headBytes
    const key = at + lengthBytes + kidBytes
    const end = from + view.getUint32(at, true)
    yield {
      kid: packed.subarray(at + lengthBytes, key),
      publicKey: packed.subarray(key, key + keyBytes),
      signature: packed.subarray(key + keyBytes, from),
      payload: packed.subarray(from, end),
    }
    at = end
  }
}

export type Answer = { readonly holds: boolean; readonly digest: Uint8Array }

export const packAnswers = (answers: readonly Answer[]): Uint8Array<ArrayBuffer> => {
  const packed = new Uint8Array(answers.length * answerBytes)
  answers.forEach(({ holds, digest }, i) => {
    packed[i * answerBytes] = holds ? 1 : 0
    packed.set(digest, i * answerBytes + 1)
  })
  return packed
}

/** The answer to the item at a place of the batch. */
export const answerAt = (packed: Uint8Array, place: number): Answer => {
  const at = place * answerBytes
  return { holds: packed[at] === 1, digest: packed.subarray(at + 1, at + answerBytes) }
}
