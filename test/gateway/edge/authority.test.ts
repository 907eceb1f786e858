import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { certify, keepTls } from '../../../gateway/edge/index.ts'
import { tlsFiles } from '../../../gateway/edge/tls-files.ts'
import { mailbox } from '../broker/harness.ts'
import { atEnd, codeOf, must, testFolder } from '../harness.ts'

const names = ['gateway.example', '192.0.2.1', '2001:db8::1', 'localhost']
const dayMs = 86_400_000
const now = Date.now()
const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
const mode = (path: string): number => statSync(path).mode & 0o777

describe('a certificate of the gateway’s own authority', () => {
  it('is one to openssl too, about these names, for servers, and signed by the authority', () => {
    const data = testFolder()
    const { spki } = must(certify(data, names, now))
    const { ca, cert, key, caKey } = tlsFiles(data)
    for (const host of ['-verify_hostname gateway.example', '-verify_ip 192.0.2.1', '-verify_ip 2001:db8::1']) {
      const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, ...host.split(' '), cert]
      expect(openssl(...strict), host).toContain('OK')
    }
    expect(() => openssl('verify', '-CAfile', ca, '-verify_hostname', 'other.example', cert)).toThrow()
    const text = openssl('x509', '-in', cert, '-noout', '-text')
    expect(text).toMatch(/prime256v1[\s\S]*CA:FALSE[\s\S]*Digital Signature\n[\s\S]*TLS Web Server Authentication/)
    expect(openssl('x509', '-in', ca, '-noout', '-text')).toMatch(/CA:TRUE, pathlen:0[\s\S]*Certificate Sign, CRL Sign/)
    const pem = openssl('x509', '-in', cert, '-noout', '-pubkey')
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: pem })
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: der })
    expect(Buffer.from(spki)).toEqual(hash)
    expect([mode(caKey), mode(key), mode(tlsFiles(data).folder)]).toEqual([0o600, 0o600, 0o700])
  })

  it('stays as it is while it is good', () => {
    const data = testFolder()
    must(certify(data, names, now))
    const before = readFileSync(tlsFiles(data).cert, 'utf8')
    expect(must(certify(data, names, now + 200 * dayMs))).toMatchObject({ renewed: false, madeKey: false })
    expect(readFileSync(tlsFiles(data).cert, 'utf8')).toBe(before)
  })

  it.each([
    ['before it ends', names, now + 300 * dayMs],
    ['after it ended', names, now + 5_000 * dayMs],
    ['for another name', [...names, 'new.example'], now],
    ['for a name less', names.slice(1), now],
  ])('is renewed %s, over the same key', (_name, about, ms) => {
    const data = testFolder()
    const first = must(certify(data, names, now))
    const next = must(certify(data, about, ms))
    expect([next.renewed, next.madeKey]).toEqual([true, false])
    expect(next.cert).not.toBe(first.cert)
    expect([next.spki, next.key]).toEqual([first.spki, first.key])
    expect(next.notAfterMs).toBeGreaterThan(ms + 390 * dayMs)
  })

  it.each([
    ['that others can read', (path: string) => chmodSync(path, 0o644), 'tls/key-mode'],
    ['that is no key', (path: string) => writeFileSync(path, 'x', { mode: 0o600 }), 'tls/unreadable'],
  ])('has no new key in place of one %s', (_name, spoil, code) => {
    for (const which of ['key', 'caKey'] as const) {
      const data = testFolder()
      must(certify(data, names, now))
      const path = tlsFiles(data)[which]
      spoil(path)
      const spoilt = readFileSync(path, 'utf8')
      expect(codeOf(certify(data, names, now + 300 * dayMs))).toBe(code)
      expect(readFileSync(path, 'utf8')).toBe(spoilt)
    }
  })

  it('is not signed by a second authority while the key of the first is kept elsewhere', () => {
    const data = testFolder()
    must(certify(data, names, now))
    const { caKey } = tlsFiles(data)
    renameSync(caKey, `${data}/away`)
    expect(codeOf(certify(data, names, now + 300 * dayMs))).toBe('tls/authority-away')
    expect(existsSync(caKey)).toBe(false)
  })
})

describe('a running gateway', () => {
  const start = (data: string) => {
    const renewed = mailbox<string>()
    const refused = mailbox<string>()
    const keeper = must(
      keepTls({
        paths: tlsFiles(data),
        renew: () => {},
        renewed: ({ cert }) => renewed.put(cert),
        refused: ({ code }) => refused.put(code),
        everyMs: 20,
      }),
    )
    atEnd(keeper.close)
    return { keeper, renewed, refused }
  }

  it('takes a new certificate over the same key by itself', async () => {
    const data = testFolder()
    must(certify(data, names, now))
    const { keeper, renewed } = start(data)
    const next = must(certify(data, ['new.example'], now))
    expect(await renewed.take()).toBe(next.cert)
    expect(keeper.current().cert).toBe(next.cert)
  })

  it('keeps what it has when the key is another, or the files are none, and says so once', async () => {
    const [data, other] = [testFolder(), testFolder()]
    const first = must(certify(data, names, now))
    must(certify(other, names, now))
    const { keeper, refused } = start(data)
    for (const which of ['cert', 'key'] as const)
      writeFileSync(tlsFiles(data)[which], readFileSync(tlsFiles(other)[which]))
    // Between the two writes the pair does not match.
    const told = [await refused.take()]
    while (!told.includes('tls/key-changed')) told.push(await refused.take())
    keeper.reload()
    keeper.reload()
    expect(refused.all).toEqual([])
    expect(keeper.current().cert).toBe(first.cert)
    writeFileSync(tlsFiles(data).cert, 'nothing')
    expect(await refused.take()).toBe('tls/unreadable')
    expect(keeper.current().cert).toBe(first.cert)
  })
})
