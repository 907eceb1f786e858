import { decode } from './cbor/decode.ts'
import { encode } from './cbor/encode.ts'
import type { CborKey, CborMap, CborValue } from './cbor/value.ts'
import { isBytes, isInt, isList, isMap, isUint } from './cbor/value.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/**
 * Proof of possession: an Entity Attestation Token (RFC 9711) whose cnf claim holds the key (RFC 8747) that signs it.
 * `publicKey` is compressed, 33 bytes; `nonce` is what the provisioner asked, 8 to 64 bytes.
 */
export type Enrol = {
  readonly nonce: Uint8Array
  readonly publicKey: Uint8Array
  readonly ueid: Uint8Array
  readonly hardwareModel?: Uint8Array
  readonly softwareName?: string
  readonly softwareVersion?: readonly [version: string, scheme?: number]
  readonly bootCount?: number
  /** DeviceClaim by the device (EIP-712), r || s || v. */
  readonly deviceClaim?: Uint8Array
}

const claims = {
  nonce: 10,
  cnf: 8,
  ueid: 256,
  hardwareModel: 259,
  softwareName: 270,
  softwareVersion: 271,
  bootCount: 267,
  deviceClaim: -70001,
}

const coseKey = (publicKey: Uint8Array): CborMap => ({
  // RFC 9052 section 7, RFC 8812 section 3.1: EC2, ES256K, secp256k1, x, sign of y.
  entries: [
    [1, 2],
    [3, -47],
    [-1, 8],
    [-2, publicKey.subarray(1)],
    [-3, publicKey[0] === 3],
  ],
})

export const encodeEnrol = (enrol: Enrol): Uint8Array => {
  const entries: [CborKey, CborValue][] = [
    [claims.nonce, enrol.nonce],
    [claims.cnf, { entries: [[1, coseKey(enrol.publicKey)]] }],
    [claims.ueid, enrol.ueid],
  ]
  if (enrol.hardwareModel !== undefined) entries.push([claims.hardwareModel, enrol.hardwareModel])
  if (enrol.softwareName !== undefined) entries.push([claims.softwareName, enrol.softwareName])
  if (enrol.softwareVersion !== undefined) entries.push([claims.softwareVersion, enrol.softwareVersion as CborValue])
  if (enrol.bootCount !== undefined) entries.push([claims.bootCount, enrol.bootCount])
  if (enrol.deviceClaim !== undefined) entries.push([claims.deviceClaim, enrol.deviceClaim])
  return encode({ entries })
}

/** The value under a label. */
const claimOf = (map: CborMap, label: CborKey): CborValue | undefined => {
  for (const pair of map.entries) if (pair[0] === label) return pair[1]
  return undefined
}

const readKey = (cnf: CborValue | undefined): Uint8Array | null => {
  if (!isMap(cnf) || cnf.entries.length !== 1) return null
  const key = claimOf(cnf, 1)
  if (!isMap(key) || key.entries.length !== 5) return null
  const x = claimOf(key, -2)
  const odd = claimOf(key, -3)
  if (
    claimOf(key, 1) !== 2 ||
    claimOf(key, 3) !== -47 ||
    claimOf(key, -1) !== 8 ||
    !isBytes(x, 32) ||
    typeof odd !== 'boolean'
  )
    return null
  const publicKey = new Uint8Array(33)
  publicKey[0] = odd ? 3 : 2
  publicKey.set(x, 1)
  return publicKey
}

const isVersion = (value: CborValue): value is readonly [string] =>
  isList(value) && typeof value[0] === 'string' && (value.length === 1 || (value.length === 2 && isInt(value[1])))

const readOptional = (key: CborKey, value: CborValue): Partial<Enrol> | null => {
  if (key === claims.hardwareModel) return value instanceof Uint8Array ? { hardwareModel: value } : null
  if (key === claims.softwareName) return typeof value === 'string' ? { softwareName: value } : null
  if (key === claims.softwareVersion) return isVersion(value) ? { softwareVersion: value } : null
  if (key === claims.bootCount) return isUint(value) ? { bootCount: value } : null
  if (key === claims.deviceClaim) return isBytes(value, 65) ? { deviceClaim: value } : null
  return null
}

/** Shape only: the caller checks the signature with the key found inside, the nonce, and ueid against the key. */
export const readEnrol = (payload: Uint8Array): Result<Enrol> => {
  const decoded = decode(payload)
  if (!decoded.ok) return decoded
  if (!isMap(decoded.value)) return fail('wire/malformed', 'an enrolment is a map of claims')
  const nonce = claimOf(decoded.value, claims.nonce)
  const publicKey = readKey(claimOf(decoded.value, claims.cnf))
  const ueid = claimOf(decoded.value, claims.ueid)
  if (!(nonce instanceof Uint8Array) || nonce.length < 8 || nonce.length > 64)
    return fail('wire/malformed', 'eat_nonce (10)')
  if (publicKey === null) return fail('wire/malformed', 'cnf (8) holds no secp256k1 key')
  if (!isBytes(ueid, 33) || ueid[0] !== 1) return fail('wire/malformed', 'ueid (256)')
  let enrol: Enrol = { nonce, publicKey, ueid }
  for (const pair of decoded.value.entries) {
    const key = pair[0]
    if (key === claims.nonce || key === claims.cnf || key === claims.ueid) continue
    const more = readOptional(key, pair[1])
    if (more === null) return fail('wire/malformed', `claim ${key}`)
    enrol = { ...enrol, ...more }
  }
  return ok(enrol)
}
