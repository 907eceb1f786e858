import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import { groupsOf } from './address.ts'
import { der } from './der.ts'

export type CertificateFields = {
  readonly commonName: string
  readonly issuerName: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** Names and addresses of a leaf; null for an authority. */
  readonly names: readonly string[] | null
}

const ecdsaWithSha256 = der.sequence(der.oid('1.2.840.10045.4.3.2'))
const nameOf = (commonName: string): Buffer =>
  der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.text(commonName))))

const extension = (oid: string, critical: boolean, value: Uint8Array): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.true()] : []), der.octets(value))

/** RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key's bit string names it, and protects nothing. */
const keyIdOf = (spki: Uint8Array): Buffer => createHash('sha1').update(spki.subarray(-65)).digest()

const ipBytes = (address: string): Buffer =>
  isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : Buffer.from(groupsOf(address).join(''), 'hex')

/** RFC 5280 section 4.2.1.6: tag 2 is a DNS name, 7 an address. */
const alternativeName = (name: string): Buffer =>
  isIP(name) === 0 ? der.implicit(2, Buffer.from(name)) : der.implicit(7, ipBytes(name))

/** Basic constraints, key usage, extended key usage, names: for an authority of leaves alone, or for a server. */
const purposes = (names: readonly string[] | null): Buffer[] =>
  names === null
    ? [
        extension('2.5.29.19', true, der.sequence(der.true(), der.integer(Buffer.of(0)))),
        // keyCertSign and cRLSign.
        extension('2.5.29.15', true, der.bits(Buffer.of(0b0000_0110), 1)),
      ]
    : [
        extension('2.5.29.19', true, der.sequence()),
        // digitalSignature.
        extension('2.5.29.15', true, der.bits(Buffer.of(0b1000_0000), 7)),
        extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', false, der.sequence(...names.map(alternativeName))),
      ]

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`

/**
 * An X.509 certificate (RFC 5280, version 3) over P-256 keys, signed with ECDSA and SHA-256.
 * @param subject - the public key that it is about. @param issuer - the private key of who signs. @returns PEM.
 */
export const makeCertificate = (fields: CertificateFields, subject: KeyObject, issuer: KeyObject): string => {
  const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
  const spki = spkiOf(subject)
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const extensions = [
    ...purposes(fields.names),
    extension('2.5.29.14', false, der.octets(keyIdOf(spki))),
    extension('2.5.29.35', false, der.sequence(der.implicit(0, keyIdOf(spkiOf(createPublicKey(issuer)))))),
  ]
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(serial),
    ecdsaWithSha256,
    nameOf(fields.issuerName),
    der.sequence(der.time(fields.notBeforeMs), der.time(fields.notAfterMs)),
    nameOf(fields.commonName),
    spki,
    der.explicit(3, der.sequence(...extensions)),
  )
  return pem(der.sequence(body, ecdsaWithSha256, der.bits(sign('sha256', body, issuer))))
}
