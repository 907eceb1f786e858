import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  encode,
  externalAad,
  fromHex,
  kidOf,
  mtypes,
  signPayload,
  toHex,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../../device-sdk/signer/index.ts'
import { chooseSigner } from '../../gateway/verifier/index.ts'
import { root, runProgram } from '../e2e/harness.ts'

type Signed = { readonly message: string; readonly publicKey: string; readonly aad: string }

const readers = [
  {
    name: 'python3-cbor2 with python3-cryptography',
    program: '/usr/bin/python3',
    script: 'verify.py',
    probe: ['-c', 'import cbor2, cryptography'],
  },
  { name: 'ruby-cose', program: 'ruby', script: 'verify.rb', probe: ['-e', 'require "cose"'] },
]

const published = JSON.parse(readFileSync(join(root, 'test/vectors/wire_bodies.json'), 'utf8'))

/** Every published type, and each type anew from keys of this test, by each signer. */
const messages = async (): Promise<Signed[]> => {
  const list: Signed[] = published.messages.map((one: { cose: string; signer: string; externalAad: string }) => {
    return { message: one.cose, publicKey: published.keys[one.signer].publicKey, aad: one.externalAad }
  })
  const signers = [nobleSigner, (await chooseSigner()).makeSigner]
  for (const mtype of Object.values(mtypes)) {
    for (const [i, makeSigner] of signers.entries()) {
      // With and without an addressee.
      const to = i === 0 ? undefined : new Uint8Array(8).fill(mtype)
      const signer = makeSigner(new Uint8Array(32).fill(mtype + 0x10 * (i + 1)), 'memory:')
      const kid = kidOf(signer.publicKey, sha256)
      const binding = { mtype, net: 2 ** 53 - 1, kid, ...(to === undefined ? {} : { to }) }
      const signed = signPayload(encode([mtype, 'any body', new Uint8Array(300)]), binding, sha256, signer.sign)
      list.push({
        message: toHex(writeTagged(signed)),
        publicKey: toHex(signer.publicKey),
        aad: toHex(externalAad(binding)),
      })
    }
  }
  return list
}

it.for(readers)(
  '$name verifies the messages of every type, and none of them changed',
  async ({ name, program, script, probe }, context) => {
    const present = await runProgram(program, probe).catch(() => ({ status: 1 }))
    if (present.status !== 0) context.skip(`${name} is missing; run: scripts/debian-packages.sh`)
    const good = await messages()
    const changed = good.map(({ message, ...rest }) => {
      const bytes = fromHex(message) as Uint8Array
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
      return { ...rest, message: toHex(bytes) }
    })
    const bound = good.map((one) => ({ ...one, aad: `${one.aad.slice(0, -2)}${one.aad.endsWith('00') ? '01' : '00'}` }))
    const ask = async (list: readonly Signed[]): Promise<boolean[]> => {
      const { stdout, stderr } = await runProgram(program, [join(root, 'test/interop', script)], {
        input: JSON.stringify(list),
      })
      expect(stderr).toBe('')
      return JSON.parse(stdout)
    }
    expect(await ask(good)).toEqual(good.map(() => true))
    expect(await ask(changed)).toEqual(good.map(() => false))
    expect(await ask(bound)).toEqual(good.map(() => false))
  },
)
