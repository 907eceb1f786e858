/**
 * What goes onto a board without native code, all of it: what the size gate weighs. Why a global and no exports: the
 * helper that a bundler writes for exports has a closure over a loop, which this interpreter gets wrong.
 */
import { deviceSigner } from './device-signer.ts'
import { keccak256 } from './keccak.ts'
import { sha256 } from './sha256.ts'
import { makeSecret } from './sign.ts'

declare const global: { hexfixSigner: unknown }

const all = { deviceSigner, keccak256, makeSecret, sha256 }
global.hexfixSigner = all

/** What the script leaves behind as `hexfixSigner`. */
export type SignerBundle = typeof all
