import type { Keccak256, Sha256, VerifyDigest } from '../../protocol/index.ts'
import type { DeviceSigner } from '../signer/device-signer.ts'

/** What a board signs with. */
export type BoardCrypto = {
  readonly sha256: Sha256
  readonly keccak256: Keccak256
  /** The key's work, done between two turns of the board's own loop. */
  signer(secret: Uint8Array): DeviceSigner
  /** At once. Null where a check takes a minute: then most of what a gateway says is advice. */
  readonly verify: VerifyDigest | null
}
