export { type ChosenVerifier, chooseVerifier, type VerifierName, verifierLoaders, verifierOrder } from './choose.ts'
export { measureRate } from './self-test.ts'
export type { Verifier } from './verifier.ts'
