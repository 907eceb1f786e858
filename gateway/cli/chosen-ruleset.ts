import { readFileSync } from 'node:fs'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, fromHex, ok } from '../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../device-sdk/signer/index.ts'
import type { Ruleset } from '../coverage/index.ts'
import { profileNames, profileOf, verifyRuleset } from '../coverage/index.ts'

type Chosen = { readonly profile: string; readonly key?: string }

const keyBytes = 33
const signatureBytes = 64

const hex = (value: unknown, bytes?: number): Uint8Array | null => {
  const read = typeof value === 'string' ? fromHex(value.toLowerCase()) : null
  return read !== null && (bytes === undefined || read.length === bytes) ? read : null
}

/** What `GET /v1/ruleset` answered, in a file. Nothing of it is used before its signature held. */
const readSigned = ({ profile: path, key }: Chosen): Result<Ruleset> => {
  let file: Record<string, unknown>
  try {
    file = Object(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    return fail('ruleset/malformed', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { net } = file
  const [document, signature] = [hex(file.document), hex(file.signature, signatureBytes)]
  const publicKey = hex(key ?? file.publicKey, keyBytes)
  if (document === null || signature === null || !Number.isSafeInteger(net) || Number(net) < 0) {
    return fail('ruleset/malformed', `${path}: no document, signature and net`)
  }
  if (publicKey === null) return fail('ruleset/bad-signature', 'the key is not 66 hex digits')
  return verifyRuleset({ document, signature }, Number(net), publicKey, sha256, nobleVerify)
}

/** By its name, or in a file that a gateway signed. */
export const chosenRuleset = (chosen: Chosen): Result<Ruleset> => {
  const named = profileOf(chosen.profile)
  if (named !== null) return ok(named)
  if (chosen.profile.endsWith('.json')) return readSigned(chosen)
  return fail('ruleset/unknown', `${chosen.profile}; there are ${profileNames.join(', ')}`)
}
