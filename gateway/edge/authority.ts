import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { writeDurably } from '../durable-file.ts'
import { makeCertificate } from './certificate.ts'
import type { TlsMaterial } from './tls-files.ts'
import { readTls, tlsFiles } from './tls-files.ts'

export type Certified = TlsMaterial & {
  readonly names: readonly string[]
  /** Whether this run made the leaf's key, and whether it signed a new certificate over it. */
  readonly madeKey: boolean
  readonly renewed: boolean
}

const dayMs = 86_400_000
const caDays = 7_300
/** Apple's systems take no longer one, from private authorities either. */
const leafDays = 397
const renewBeforeMs = 132 * dayMs
const caName = 'hexfix gateway authority'
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The key that is there, or a new one where there is none. Why: a key that exists is pinned on devices. */
const openKey = (path: string, forbiddenBits: number): Result<{ readonly key: KeyObject; readonly made: boolean }> => {
  try {
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
      return ok({ key: privateKey, made: true })
    }
    if ((statSync(path).mode & forbiddenBits) !== 0) return fail('tls/key-mode', path)
    return ok({ key: createPrivateKey(readFileSync(path)), made: false })
  } catch (error) {
    return fail('tls/unreadable', `${path}: ${reason(error)}`)
  }
}

const readCertificate = (path: string): X509Certificate | null => {
  try {
    return new X509Certificate(readFileSync(path))
  } catch {
    return null
  }
}

/** Whether it is about these names and addresses, and no others. */
const namesExactly = (leaf: X509Certificate, names: readonly string[]): boolean =>
  leaf.subjectAltName?.split(', ').length === names.length &&
  names.every(
    (name) => (isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)) !== undefined,
  )

const isGood = (leaf: X509Certificate, ca: X509Certificate, key: KeyObject, names: readonly string[], nowMs: number) =>
  leaf.checkPrivateKey(key) &&
  leaf.verify(ca.publicKey) &&
  Date.parse(leaf.validFrom) <= nowMs &&
  Date.parse(leaf.validTo) - nowMs > renewBeforeMs &&
  namesExactly(leaf, names)

/**
 * Makes what is missing of a gateway's authority and certificate, and renews what ends soon or names others. Keys are made once:
 * a renewal keeps them, so that pins hold. Errors: tls/unreadable, tls/key-mode, tls/authority-away.
 * @param names - names and addresses of the gateway.
 */
export const certify = (data: string, names: readonly string[], nowMs: number): Result<Certified> => {
  const files = tlsFiles(data)
  try {
    mkdirSync(files.folder, { recursive: true, mode: 0o700 })
    // Its certificate without its key: it is kept elsewhere, and a second authority would be another one.
    if (existsSync(files.ca) && !existsSync(files.caKey)) return fail('tls/authority-away', files.caKey)
    const authority = openKey(files.caKey, 0o077)
    if (!authority.ok) return authority
    const key = openKey(files.key, 0o007)
    if (!key.ok) return key
    const [issuer, subject] = [authority.value.key, createPublicKey(key.value.key)]
    const old = readCertificate(files.ca)
    const span = { issuerName: caName, notBeforeMs: nowMs - dayMs }
    if (old === null || !old.checkPrivateKey(issuer) || Date.parse(old.validTo) - nowMs < 2 * leafDays * dayMs) {
      const fields = { ...span, commonName: caName, notAfterMs: nowMs + caDays * dayMs, names: null }
      writeDurably(files.ca, makeCertificate(fields, createPublicKey(issuer), issuer), 0o644)
    }
    const ca = new X509Certificate(readFileSync(files.ca))
    const leaf = readCertificate(files.cert)
    const renewed = leaf === null || !isGood(leaf, ca, key.value.key, names, nowMs)
    if (renewed) {
      const fields = {
        ...span,
        commonName: (names[0] ?? 'gateway').slice(0, 64),
        notAfterMs: nowMs + leafDays * dayMs,
        names,
      }
      writeDurably(files.cert, makeCertificate(fields, subject, issuer), 0o644)
    }
    const material = readTls(files)
    return material.ok ? ok({ ...material.value, names, madeKey: key.value.made, renewed }) : material
  } catch (error) {
    return fail('tls/unreadable', `${files.folder}: ${reason(error)}`)
  }
}
