/** The verifier alone, for a board that has it beside the signer of another bundle. */
import { run } from '../../../device-sdk/espruino/signer/turns.ts'
import { verify } from '../../../device-sdk/espruino/signer/verify.ts'

declare const global: { hexfixVerify: (...what: Parameters<typeof verify>) => void }

global.hexfixVerify = (digest, publicKey, signature, table, done) =>
  run(verify(digest, publicKey, signature, table, done))
