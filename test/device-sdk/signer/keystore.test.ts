import { scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keystoreAddress, sealKeystore, unsealKeystore } from '../../../device-sdk/signer/keystore.ts'
import { evmAddress, keccak256, publicKeyOf } from '../../../device-sdk/signer/noble.ts'
import { bytesOf, hexOf, load } from '../protocol/fixtures.ts'

type Vector = { readonly name: string; readonly passphrase: string; readonly secret: string; readonly file: object }
type File = { crypto: { kdfparams: Record<string, unknown>; [name: string]: unknown }; [name: string]: unknown }

const secret = new Uint8Array(32).fill(0x2f)
/** Cheap to open: the cost is not what these tests are about. */
const weak = { n: 2, r: 8, p: 1 }
const sealed = async (key = secret): Promise<File> => (await sealKeystore(key, 'a passphrase', weak)) as File

describe('Web3 Secret Storage', () => {
  it.each(load('web3_secret_storage') as Vector[])('opens the published vector with $name', async (vector) => {
    const opened = await unsealKeystore(vector.file, vector.passphrase)
    expect(opened.ok && hexOf(opened.value)).toBe(vector.secret)
    expect(await unsealKeystore(vector.file, `${vector.passphrase} `)).toMatchObject({
      error: { code: 'owner/wrong-passphrase' },
    })
  })

  it('opens what it sealed, at the cost that geth takes for light files or more', async () => {
    const file = (await sealKeystore(secret, 'grüße, 世界')) as File
    expect(file).toMatchObject({
      version: 3,
      crypto: { cipher: 'aes-128-ctr', kdf: 'scrypt', kdfparams: { n: 131_072, r: 8, p: 1, dklen: 32 } },
    })
    const opened = await unsealKeystore(JSON.parse(JSON.stringify(file)), 'grüße, 世界')
    expect(opened.ok && hexOf(opened.value)).toBe(hexOf(secret))
    expect(hexOf(keystoreAddress(file) ?? new Uint8Array(0))).toBe(hexOf(evmAddress(publicKeyOf(secret))))
    expect(JSON.stringify(file)).not.toContain(hexOf(secret))
  })

  it('never seals twice alike', async () => {
    const [one, other] = [await sealed(), await sealed()]
    expect(one.crypto.ciphertext).not.toBe(other.crypto.ciphertext)
    expect(one.crypto.kdfparams.salt).not.toBe(other.crypto.kdfparams.salt)
  })

  it('opens names in capitals, values with 0x, and keys written without their leading zeros', async () => {
    const file = await sealed()
    const { crypto, address, ...rest } = file
    const other = { ...rest, Address: `0x${String(address)}`, Crypto: { ...crypto, mac: `0x${String(crypto.mac)}` } }
    expect((await unsealKeystore(other, 'a passphrase')).ok).toBe(true)

    // The cipher is a stream: 30 bytes of it are the first 30 bytes of the key, and only the MAC changes.
    const salt = bytesOf(String(crypto.kdfparams.salt))
    const derived = scryptSync('a passphrase', salt, 32, { N: 2, r: 8, p: 1 })
    const cut = bytesOf(String(crypto.ciphertext).slice(0, 60))
    const mac = hexOf(keccak256(Buffer.concat([derived.subarray(16), cut])))
    const short = { ...rest, crypto: { ...crypto, ciphertext: hexOf(cut), mac } }
    const opened = await unsealKeystore(short, 'a passphrase')
    expect(opened.ok && hexOf(opened.value)).toBe(`0000${'2f'.repeat(30)}`)
  })

  it('tells damage from a wrong passphrase, and reads no file that would fill the memory', async () => {
    const file = await sealed()
    const changed = (change: object, params: object = {}) => ({
      ...file,
      ...('version' in change || 'address' in change ? change : {}),
      crypto: { ...file.crypto, ...change, kdfparams: { ...file.crypto.kdfparams, ...params } },
    })
    const damaged = [
      null,
      'text',
      {},
      changed({ version: 1 }),
      changed({ address: '00'.repeat(20) }),
      changed({ cipher: 'aes-256-gcm' }),
      changed({ cipherparams: { iv: '00' } }),
      changed({ kdf: 'argon2' }),
      changed({ mac: 'zz' }),
      changed({ ciphertext: '00'.repeat(33) }),
      changed({ ciphertext: '' }),
      changed({}, { n: 2 ** 24, r: 64 }),
      changed({}, { n: 3 }),
      changed({}, { p: 17 }),
      changed({}, { dklen: 64 }),
      changed({}, { salt: 'xy' }),
      changed({ kdf: 'pbkdf2' }, { prf: 'hmac-sha256', c: 1e9 }),
    ]
    for (const one of damaged) {
      const opened = await unsealKeystore(one, 'a passphrase')
      expect([one, opened.ok ? 'ok' : opened.error.code]).toEqual([one, 'owner/bad-keystore'])
    }
    const flipped = changed({ ciphertext: `${String(file.crypto.ciphertext).slice(0, -1)}0` })
    const other = changed({ ciphertext: `${String(file.crypto.ciphertext).slice(0, -1)}1` })
    const codes = await Promise.all([flipped, other].map((one) => unsealKeystore(one, 'a passphrase')))
    expect(codes.filter((one) => !one.ok && one.error.code === 'owner/wrong-passphrase').length).toBeGreaterThan(0)
  })
})
