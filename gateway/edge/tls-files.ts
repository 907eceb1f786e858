import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

/** The files of a gateway's own certificate authority, in its data folder. */
export const tlsFiles = (data: string) => ({
  folder: join(data, 'tls'),
  caKey: join(data, 'tls', 'ca.key'),
  ca: join(data, 'tls', 'ca.pem'),
  key: join(data, 'tls', 'gateway.pem.key'),
  cert: join(data, 'tls', 'gateway.pem'),
})

export type TlsPaths = { readonly cert: string; readonly key: string }
export type TlsMaterial = {
  /** PEM, the leaf first. */
  readonly cert: string
  readonly key: string
  /** SHA-256 of the leaf's SubjectPublicKeyInfo (RFC 7469 section 2.4), which devices pin. */
  readonly spki: Uint8Array
  readonly notAfterMs: number
}

const unreadable = (path: string, error: unknown): Result<never> =>
  fail('tls/unreadable', `${path}: ${error instanceof Error ? error.message : String(error)}`)

const spkiOf = (certificate: X509Certificate): Uint8Array =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest()

/** Reads a certificate and its key. Errors: tls/unreadable, tls/key-mode, tls/key-mismatch. */
export const readTls = (paths: TlsPaths): Result<TlsMaterial> => {
  let path = paths.cert
  try {
    const cert = readFileSync(path, 'utf8')
    const leaf = new X509Certificate(cert)
    path = paths.key
    if ((statSync(path).mode & 0o007) !== 0) return fail('tls/key-mode', path)
    const key = readFileSync(path, 'utf8')
    if (!leaf.checkPrivateKey(createPrivateKey(key))) return fail('tls/key-mismatch', `${paths.cert}, ${paths.key}`)
    return ok({ cert, key, spki: spkiOf(leaf), notAfterMs: Date.parse(leaf.validTo) })
  } catch (error) {
    return unreadable(path, error)
  }
}
