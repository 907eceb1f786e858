/** One leaf: what a device is owed for an epoch. */
export type PayoutRow = {
  readonly epoch: number
  readonly index: number
  /** EVM address, 20 bytes. */
  readonly address: Uint8Array
  readonly amount: bigint
}

const wordBytes = 32

/** Big-endian, the low 64 bits last. */
const putWord = (view: DataView, at: number, value: bigint): void => {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError(`not a uint256: ${value}`)
  for (let end = at + wordBytes, rest = value; rest > 0n; rest >>= 64n) {
    end -= 8
    view.setBigUint64(end, BigInt.asUintN(64, rest))
  }
}

/** ABI encoding of (uint256 epoch, uint256 index, address, uint256 amount). Spec: Solidity, "Contract ABI Specification". */
export const encodeRow = ({ epoch, index, address, amount }: PayoutRow): Uint8Array => {
  if (address.length !== 20) throw new RangeError(`an EVM address has 20 bytes, not ${address.length}`)
  const bytes = new Uint8Array(4 * wordBytes)
  const view = new DataView(bytes.buffer)
  putWord(view, 0, BigInt(epoch))
  putWord(view, wordBytes, BigInt(index))
  bytes.set(address, 3 * wordBytes - address.length)
  putWord(view, 3 * wordBytes, amount)
  return bytes
}
