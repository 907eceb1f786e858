export { chooseVerifier, type VerifierName, verifierLoaders } from './choose.ts'
export { chooseSigner } from './native-signer.ts'
export { measureRate } from './self-test.ts'
export type { Verifier } from './verifier.ts'
