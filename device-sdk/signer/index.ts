export { createKeyFile, openKeyFile, openOrCreateKeyFile } from './key-file.ts'
export { evmAddress, keccak256, nobleSigner, nobleVerify, publicKeyOf, sha256 } from './noble.ts'
export { recoverAddress } from './recover.ts'
export type { MakeSigner, Signer } from './signer.ts'
