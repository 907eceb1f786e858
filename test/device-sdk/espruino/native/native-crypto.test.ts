import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { recoverPublicKey } from '@noble/secp256k1'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arenaBytes } from '../../../../device-sdk/espruino/native/arena.ts'
import { codeBase64, tableBase64 } from '../../../../device-sdk/espruino/native/blob.ts'
import {
  type NativeBoard,
  type NativeCrypto,
  openNativeCrypto,
} from '../../../../device-sdk/espruino/native/native-crypto.ts'
import { nativeSigner } from '../../../../device-sdk/espruino/native/native-signer.ts'
import { evmAddress, keccak256, nobleSigner, publicKeyOf, sha256 } from '../../../../device-sdk/signer/index.ts'
import { noSecrets } from '../../../../scripts/native/cases.ts'
import { type Emulator, openEmulator } from '../../../../scripts/native/emulator.ts'
import { emulatedBoard } from './board.ts'
import { bytes, code, hex, table } from './fixtures.ts'

const secret = sha256(bytes('07'))
const digest = sha256(bytes('08'))
const noble = nobleSigner(secret)
const load = (board: NativeBoard): NativeCrypto | null => {
  const opened = openNativeCrypto(board, atob(codeBase64), atob(tableBase64), new Uint8Array(arenaBytes))
  return opened.selfTest() ? opened : null
}

let emulator: Emulator
let crypto: NativeCrypto
let parts: ReturnType<typeof emulatedBoard>
beforeAll(() => {
  emulator = openEmulator(code, table)
  parts = emulatedBoard(emulator)
  const loaded = load(parts.board)
  if (loaded === null) throw new Error('the self-test failed')
  crypto = loaded
})
afterAll(() => emulator.close())

describe('the native code as Espruino calls it', () => {
  test('is entered where it stands in flash, in Thumb state, with three integers, as many as fit a signature', () => {
    const at = parts.board.getAddressOf(atob(codeBase64), true)
    expect(at & 3).toBe(0)
    expect(new Set(parts.signatures)).toEqual(new Set([`${(at | 1).toString(16)} int(int,int,int)`]))
  })

  test('is copied into memory where it has no address', () => {
    const inMemory = emulatedBoard(emulator, { memoryBytes: 7000 })
    expect(load(inMemory.board)?.sign(digest, secret)).toEqual(crypto.sign(digest, secret))
  })

  test('signs as noble does, finds the public key and the address, and verifies', () => {
    const signature = (crypto.sign(digest, secret) ?? bytes('')).subarray(0, 64)
    expect(hex(signature)).toBe(hex(noble.sign(digest)))
    expect(hex(crypto.publicKey(secret) ?? bytes(''))).toBe(hex(noble.publicKey))
    expect(hex(crypto.address(secret) ?? bytes(''))).toBe(hex(evmAddress(noble.publicKey)))
    expect(crypto.verify(digest, noble.publicKey, signature)).toBe(true)
    expect(crypto.verify(secret, noble.publicKey, signature)).toBe(false)
  })

  test('gives the recovery id behind the signature', () => {
    const signed = crypto.sign(digest, secret) ?? bytes('')
    expect(signed.length).toBe(65)
    const recoverable = Uint8Array.from([signed[64] ?? 9, ...signed.subarray(0, 64)])
    expect(hex(recoverPublicKey(recoverable, digest, { prehash: false }))).toBe(hex(publicKeyOf(secret)))
  })

  test('hashes', () => {
    const message = Uint8Array.from({ length: 300 }, (_, i) => i & 255)
    expect(hex(crypto.sha256(message) ?? bytes(''))).toBe(hex(sha256(message)))
    expect(hex(crypto.keccak256(message) ?? bytes(''))).toBe(hex(keccak256(message)))
  })

  test('leaves no secret behind in its arena', () => {
    crypto.sign(digest, secret)
    expect(parts.arenas().map((arena) => hex(arena as Uint8Array).includes(hex(secret)))).toEqual([false])
  })

  test('refuses what has a wrong size, and what is no secret', () => {
    for (const one of noSecrets) expect(crypto.sign(digest, one)).toBe(null)
    expect(crypto.sign(digest.subarray(1), secret)).toBe(null)
    expect(crypto.sign(digest, secret.subarray(1))).toBe(null)
    expect(crypto.publicKey(new Uint8Array(33))).toBe(null)
    expect(crypto.verify(digest, noble.publicKey.subarray(1), noble.sign(digest))).toBe(false)
  })
})

describe('what cannot run', () => {
  test('is null: too little memory in one piece', () => {
    expect(load(emulatedBoard(emulator, { memoryBytes: 6000 }).board)).toBe(null)
  })

  test('is null: bytes at an odd place, where the code must not be entered', () => {
    expect(load(emulatedBoard(emulator, { oddly: true }).board)).toBe(null)
  })

  test('is null: another answer than the known one', () => {
    const spoilt = Uint8Array.from(table)
    spoilt[100] = (spoilt[100] ?? 0) ^ 1
    const other = openEmulator(code, spoilt)
    expect(load(emulatedBoard(other).board)).toBe(null)
    other.close()
  })
})

describe('the signer over it', () => {
  test('is a Signer like the others, and keeps a copy of the secret', () => {
    const own = Uint8Array.from(secret)
    const signer = nativeSigner(crypto, own, 'memory:')
    own.fill(0)
    expect(signer?.exportable).toBe(true)
    expect(hex(signer?.publicKey ?? bytes(''))).toBe(hex(noble.publicKey))
    expect(hex(signer?.sign(digest) ?? bytes(''))).toBe(hex(noble.sign(digest)))
    expect(() => signer?.sign(digest.subarray(1))).toThrow(TypeError)
    expect(nativeSigner(crypto, new Uint8Array(32), 'memory:')).toBe(null)
  })

  test('says so where the memory fails it later', () => {
    const later = emulatedBoard(emulator)
    const loaded = load(later.board)
    const signer = loaded && nativeSigner(loaded, secret, 'memory:')
    later.state.oddly = true
    expect(() => signer?.sign(digest)).toThrow(/no memory in one piece/)
  })
})

test('it runs where there is no more of JavaScript than Espruino has', async () => {
  const folder = new URL('../../../../device-sdk/espruino/native/', import.meta.url)
  const absent = ['destructuring', 'default-argument', 'rest-argument', 'array-spread', 'generator', 'async-await']
  const { outputFiles } = await build({
    entryPoints: [
      fileURLToPath(new URL('native-signer.ts', folder)),
      fileURLToPath(new URL('native-crypto.ts', folder)),
    ],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    globalName: 'part',
    target: 'es2015',
    supported: Object.fromEntries(absent.map((name) => [name, false])),
  })
  const context = createContext({
    board: emulatedBoard(emulator).board,
    code: atob(codeBase64),
    table: atob(tableBase64),
    arena: new Uint8Array(arenaBytes),
  })
  const missing = ['BigInt', 'Map', 'Set', 'Symbol', 'WeakMap', 'Proxy', 'Reflect', 'TextEncoder', 'structuredClone']
  runInContext(`for (const name of ${JSON.stringify(missing)}) delete globalThis[name]; delete Math.imul`, context)
  runInContext('delete Uint8Array.from; delete Array.from; delete Object.freeze; delete Array.prototype.slice', context)
  for (const { path, text } of outputFiles) {
    const name = path.includes('crypto') ? 'loading' : 'signing'
    runInContext(text.replace('var part =', `var ${name} =`), context)
  }
  const opened = 'loading.openNativeCrypto(board, code, table, arena)'
  const made = `signing.nativeSigner(${opened}, secret, "memory:").sign(digest)`
  Object.assign(context, { secret, digest })
  expect(hex(Uint8Array.from(runInContext(made, context)))).toBe(hex(noble.sign(digest)))
})
