import { guarded, type Verifier } from './verifier.ts'

/** Pure JavaScript, the last resort: 30 to 70 times slower than the native library. */
export const loadNobleVerifier = async (): Promise<Verifier> => {
  const { nobleVerify } = await import('../../device-sdk/signer/index.ts')
  return guarded('noble', nobleVerify)
}
