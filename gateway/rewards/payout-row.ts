import { concatBytes } from '../../device-sdk/protocol/index.ts'

/** One leaf: what a device is owed for an epoch. */
export type PayoutRow = {
  readonly epoch: number
  readonly index: number
  /** EVM address, 20 bytes. */
  readonly address: Uint8Array
  readonly amount: bigint
}

const word = (value: bigint): Uint8Array => {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError(`not a uint256: ${value}`)
  const bytes = new Uint8Array(32)
  for (let i = 31, rest = value; rest > 0n; i--, rest >>= 8n) bytes[i] = Number(rest & 255n)
  return bytes
}

/** ABI encoding of (uint256 epoch, uint256 index, address, uint256 amount). Spec: Solidity, "Contract ABI Specification". */
export const encodeRow = ({ epoch, index, address, amount }: PayoutRow): Uint8Array => {
  if (address.length !== 20) throw new RangeError(`an EVM address has 20 bytes, not ${address.length}`)
  return concatBytes([word(BigInt(epoch)), word(BigInt(index)), new Uint8Array(12), address, word(amount)])
}
