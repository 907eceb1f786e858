import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createKeyFile,
  nobleVerify,
  openDeviceKey,
  openKeyFile,
  openOrCreateKeyFile,
  publicKeyOf,
  sha256,
} from '../../../device-sdk/signer/index.ts'

const nobody = 65_534
const asRoot = process.getuid?.() === 0
const secretHex = '1f'.repeat(32)
const orderHex = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexfix-key-'))
  path = join(folder, 'device.key')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (content: string): void => writeFileSync(path, content, { mode: 0o600 })

const codeOf = (result: ReturnType<typeof openKeyFile>): string => {
  // No error may ever show the content of the file.
  expect(JSON.stringify(result)).not.toContain('1f1f')
  return result.ok ? 'ok' : result.error.code
}

describe('opening', () => {
  test('a good key file gives the signer of its secret', () => {
    write(`${secretHex}\n`)
    const opened = openKeyFile(path)
    if (!opened.ok) throw new Error(opened.error.code)
    const signer = opened.value
    expect(signer.uri).toBe(`file:${path}`)
    expect(signer.exportable).toBe(true)
    expect(signer.publicKey).toEqual(publicKeyOf(Buffer.from(secretHex, 'hex')))
    const digest = sha256(new Uint8Array([1]))
    expect(nobleVerify(digest, signer.publicKey, signer.sign(digest))).toBe(true)
  })

  test('a missing file and a missing folder are key/missing', () => {
    expect(codeOf(openKeyFile(path))).toBe('key/missing')
    expect(codeOf(openKeyFile(join(folder, 'none', 'device.key')))).toBe('key/missing')
  })

  test.each([
    ['nothing', ''],
    ['no newline', secretHex],
    ['two newlines', `${secretHex}\n\n`],
    ['upper case', `${secretHex.toUpperCase()}\n`],
    ['a digit less', `${secretHex.slice(1)}\n`],
    ['a digit more', `${secretHex}1\n`],
    ['a line break of another system', `${secretHex}\r\n`],
    ['0x before', `0x${secretHex.slice(2)}\n`],
    ['a long file', `${secretHex}\n`.repeat(1000)],
  ])('%s is key/bad-content', (_name, content) => {
    write(content)
    expect(codeOf(openKeyFile(path))).toBe('key/bad-content')
  })

  test.each([
    ['zero', '0'.repeat(64)],
    ['the order', orderHex],
    ['more than the order', 'f'.repeat(64)],
  ])('%s is key/bad-secret', (_name, content) => {
    write(`${content}\n`)
    expect(codeOf(openKeyFile(path))).toBe('key/bad-secret')
  })

  test.each([0o640, 0o604, 0o620, 0o601])('mode %o of the file is key/file-mode', (mode) => {
    write(`${secretHex}\n`)
    chmodSync(path, mode)
    const opened = openKeyFile(path)
    expect(codeOf(opened)).toBe('key/file-mode')
    expect(opened.ok ? '' : opened.error.detail).toContain(`chmod 600 ${path}`)
  })

  test.each([
    [0o770, 'key/folder-mode'],
    [0o707, 'key/folder-mode'],
    [0o755, 'ok'],
    [0o1777, 'ok'],
  ])('a folder in which others could change the file (mode %i) gives %s', (mode, code) => {
    write(`${secretHex}\n`)
    chmodSync(folder, mode)
    expect(codeOf(openKeyFile(path))).toBe(code)
  })

  test('a link to a good key file is key/not-a-file', () => {
    write(`${secretHex}\n`)
    const link = join(folder, 'link.key')
    symlinkSync(path, link)
    expect(codeOf(openKeyFile(link))).toBe('key/not-a-file')
  })

  test('a folder, and a path through a file, are key/not-a-file', () => {
    mkdirSync(path, { mode: 0o700 })
    expect(codeOf(openKeyFile(path))).toBe('key/not-a-file')
    writeFileSync(join(folder, 'plain'), '')
    expect(codeOf(openKeyFile(join(folder, 'plain', 'device.key')))).toBe('key/not-a-file')
  })

  test('a named pipe is key/not-a-file and does not block', () => {
    expect(spawnSync('mkfifo', ['-m', '600', path]).status).toBe(0)
    expect(codeOf(openKeyFile(path))).toBe('key/not-a-file')
  })

  test('a file or folder of another user is key/wrong-owner', () => {
    write(`${secretHex}\n`)
    if (!asRoot) return expect(codeOf(openKeyFile('/etc/hostname'))).toBe('key/wrong-owner')
    chownSync(path, nobody, nobody)
    expect(codeOf(openKeyFile(path))).toBe('key/wrong-owner')
    chownSync(path, 0, 0)
    chownSync(folder, nobody, nobody)
    expect(codeOf(openKeyFile(path))).toBe('key/wrong-owner')
  })

  test('a file that its owner may not read is key/unreadable', () => {
    write(`${secretHex}\n`)
    chmodSync(path, 0o000)
    // Root may read every file, so this is seen as somebody else.
    if (asRoot) for (const one of [path, folder]) chownSync(one, nobody, nobody)
    if (asRoot) process.seteuid?.(nobody)
    const code = codeOf(openKeyFile(path))
    if (asRoot) process.seteuid?.(0)
    expect(code).toBe('key/unreadable')
  })

  test('a path that the system cannot look up is key/unreadable', () => {
    expect(codeOf(openKeyFile(join(folder, 'x'.repeat(300))))).toBe('key/unreadable')
  })
})

describe('creating', () => {
  test('makes folder and file with closed modes, whatever the umask, and leaves nothing beside', () => {
    const before = process.umask(0)
    const nested = join(folder, 'a', 'keys', 'device.key')
    try {
      const created = createKeyFile(nested)
      expect(codeOf(created)).toBe('ok')
      expect(statSync(nested).mode & 0o777).toBe(0o600)
      expect(statSync(join(folder, 'a', 'keys')).mode & 0o777).toBe(0o700)
      expect(readdirSync(join(folder, 'a', 'keys'))).toEqual(['device.key'])
      expect(readFileSync(nested, 'latin1')).toMatch(/^[0-9a-f]{64}\n$/)
      const reopened = openKeyFile(nested)
      expect(reopened.ok && created.ok && reopened.value.publicKey).toEqual(created.ok && created.value.publicKey)
    } finally {
      process.umask(before)
    }
  })

  test('gives the owner a file to read and write where the umask would not', () => {
    const before = process.umask(0o377)
    try {
      createKeyFile(path)
    } finally {
      process.umask(before)
    }
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('two keys differ', () => {
    const [a, b] = [createKeyFile(path), createKeyFile(`${path}2`)]
    expect(a.ok && b.ok && a.value.publicKey).not.toEqual(b.ok && b.value.publicKey)
  })

  test.each([
    ['a good key', `${secretHex}\n`],
    ['a damaged key', 'damaged 1f1f'],
    ['an empty file', ''],
  ])('%s stays as it is: key/exists', (_name, content) => {
    write(content)
    expect(codeOf(createKeyFile(path))).toBe('key/exists')
    expect(readFileSync(path, 'latin1')).toBe(content)
    expect(readdirSync(folder)).toEqual(['device.key'])
  })

  test('an unreadable file, a folder and a link to nowhere stay as they are: key/exists', () => {
    write('x')
    chmodSync(path, 0o000)
    expect(codeOf(createKeyFile(path))).toBe('key/exists')
    const link = join(folder, 'link.key')
    symlinkSync(join(folder, 'nowhere'), link)
    expect(codeOf(createKeyFile(link))).toBe('key/exists')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test('a folder that others may write gets no key', () => {
    chmodSync(folder, 0o777)
    expect(codeOf(createKeyFile(path))).toBe('key/folder-mode')
    expect(readdirSync(folder)).toEqual([])
  })

  test('where no folder can be made: key/not-created', () => {
    write('a file')
    expect(codeOf(createKeyFile(join(path, 'keys', 'device.key')))).toBe('key/not-created')
  })
})

describe('opening or creating', () => {
  test('makes a key once and then opens the same', () => {
    const first = openOrCreateKeyFile(path)
    const second = openOrCreateKeyFile(path)
    expect(first.ok && second.ok && first.value.publicKey).toEqual(second.ok && second.value.publicKey)
  })

  test('never makes a new key in place of a damaged or open one', () => {
    write('damaged')
    expect(codeOf(openOrCreateKeyFile(path))).toBe('key/bad-content')
    chmodSync(path, 0o644)
    expect(codeOf(openOrCreateKeyFile(path))).toBe('key/file-mode')
    expect(readFileSync(path, 'latin1')).toBe('damaged')
  })
})

describe('the key of a device', () => {
  test('is the credential that systemd gives, whoever owns it, and else the key file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hexfix-credential-'))
    const file = join(folder, 'device.key')
    const made = createKeyFile(file)
    const credentials = join(folder, 'credentials')
    mkdirSync(credentials)
    expect(openDeviceKey(file, credentials)).toMatchObject({ ok: true, value: { uri: `file:${file}` } })
    expect(openDeviceKey(file, undefined)).toMatchObject({ ok: true, value: { uri: `file:${file}` } })
    const credential = join(credentials, 'hexfix-device.key')
    writeFileSync(credential, readFileSync(file), { mode: 0o440 })
    rmSync(file)
    const opened = openDeviceKey(file, credentials)
    expect(opened).toMatchObject({ ok: true, value: { uri: 'systemd:hexfix-device.key' } })
    expect(made.ok && opened.ok && opened.value.publicKey).toEqual(made.ok && made.value.publicKey)
    chmodSync(credential, 0o640)
    writeFileSync(credential, 'not a key')
    expect(openDeviceKey(file, credentials)).toMatchObject({ ok: false, error: { code: 'key/bad-content' } })
    rmSync(folder, { recursive: true })
  })
})
