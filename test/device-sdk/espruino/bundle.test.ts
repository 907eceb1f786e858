import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { combTable } from '../../../device-sdk/espruino/index.ts'
import type { SignerBundle } from '../../../device-sdk/espruino/signer/bundle-entry.ts'
import { evmAddress, keccak256, nobleSigner, publicKeyOf, sha256 } from '../../../device-sdk/signer/index.ts'
import {
  bundleForEspruino,
  checkBundle,
  type DeviceBundle,
  profileContext,
} from '../../../firmware/espruino-profile/index.ts'

const entry = fileURLToPath(new URL('../../../device-sdk/espruino/signer/bundle-entry.ts', import.meta.url))
const hex = (value: ArrayLike<number>): string => Buffer.from(Uint8Array.from(value)).toString('hex')

let bundle: DeviceBundle
beforeAll(async () => {
  bundle = await bundleForEspruino(entry)
})

test('the signer with both hashes has at most 7 000 bytes, its table at most 5 000', () => {
  expect(bundle.code.length).toBeLessThanOrEqual(7000)
  expect(combTable().length).toBeLessThanOrEqual(5000)
})

test('the check of the Espruino profile finds nothing in it', () => {
  expect(checkBundle(bundle.code)).toEqual([])
})

describe('run in the profile context', () => {
  const open = () => {
    const printed: string[] = []
    const files = new Map([['hexfix.tab', combTable()]])
    const context = profileContext(files, (line) => printed.push(line))
    context.run(bundle.code)
    context.run('var table = new Uint24Array(require("Storage").readArrayBuffer("hexfix.tab"))')
    context.run('var native = function (m) { return new Uint8Array(require("crypto").SHA256(m)) }')
    return { context, parts: context.run('hexfixSigner') as SignerBundle }
  }
  const secretHex = '0b'.repeat(32)
  const secret = Uint8Array.from(Buffer.from(secretHex, 'hex'))

  test('a signature, the public key and the address are those of noble, and the board goes on between the slices', async () => {
    const { context } = open()
    const digest = sha256(new Uint8Array([9]))
    context.run('var ticks = 0; setInterval(function () { ticks++ }, 1)')
    context.run(`var secret = new Uint8Array(32); secret.fill(11); var digest = new Uint8Array([${digest}])`)
    context.run('var signer = hexfixSigner.deviceSigner(secret, table, native)')
    const [signature, key] = await new Promise<[Uint8Array, { publicKey: Uint8Array; address: Uint8Array }]>(
      (resolve) => {
        const start = context.run(
          '(function (done) { var s; signer.sign(digest, function (x) { s = x }); signer.publicKey(function (k) { done([s, k]) }) })',
        ) as (done: typeof resolve) => void
        start(resolve)
      },
    )
    const ticks = Number(context.run('ticks'))
    context.stop()
    expect(hex(signature.subarray(0, 64))).toBe(hex(nobleSigner(secret).sign(digest)))
    expect(hex(key.publicKey)).toBe(hex(publicKeyOf(secret)))
    expect(hex(key.address)).toBe(hex(evmAddress(publicKeyOf(secret))))
    expect(ticks).toBeGreaterThan(50)
  })

  test('its own SHA-256 and keccak-256 are the published ones, at every length around a block', () => {
    const { parts } = open()
    for (let length = 0; length < 300; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255)
      if (hex(parts.sha256(message)) !== hex(sha256(message))) expect.fail(`SHA-256 of ${length} bytes`)
      if (hex(parts.keccak256(message)) !== hex(keccak256(message))) expect.fail(`keccak-256 of ${length} bytes`)
    }
  })
})
