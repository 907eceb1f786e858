import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  encode,
  encodeReport,
  fromHex,
  kidOf,
  signPayload,
  toHex,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../../device-sdk/signer/index.ts'
import { root, runCli, temporaryFolder } from './harness.ts'

const examples = join(root, 'test/vectors/wire_examples.json')
const published = JSON.parse(readFileSync(examples, 'utf8'))

const testKey = '5a'.repeat(32)
const madeFile = (payloads: readonly Uint8Array[], net: number) => {
  const signer = nobleSigner(fromHex(testKey) as Uint8Array)
  const kid = kidOf(signer.publicKey, sha256)
  return {
    secretKey: testKey,
    publicKey: toHex(signer.publicKey),
    kid: toHex(kid),
    net,
    mtype: 1,
    messages: payloads.map((payload, i) => {
      const signed = signPayload(payload, { mtype: 1, net, kid }, sha256, signer.sign)
      return {
        name: `made ${i}`,
        payload: toHex(payload),
        cose: toHex(writeTagged(signed)),
        compact: toHex(writeCompact(signed)),
      }
    }),
  }
}
const written = (content: unknown): string => {
  const file = join(temporaryFolder(), 'vectors.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1)

it('wire check passes the published examples', async () => {
  const { status, stdout } = await runCli(['wire', 'check', examples])
  expect(lastLine(stdout)).toBe('11 passed, 0 failed')
  expect(status).toBe(0)
})

it('wire check passes messages of another key, network and size', async () => {
  const big = encodeReport({
    boot: 0xffff_ffff,
    seq: 0,
    time: { ms: 7, errS: 2 },
    blocks: [{ type: 'extension', id: -16, values: [new Uint8Array(3_000)] }],
  })
  const small = encodeReport({ boot: 0, seq: 0, time: 0, blocks: [{ type: 'heartbeat' }] })
  const { status, stdout } = await runCli(['wire', 'check', written(madeFile([big, small], 9_007_199_254_740_991))])
  expect(lastLine(stdout)).toBe('2 passed, 0 failed')
  expect(status).toBe(0)
})

it('wire check fails on a wrong message, on an empty file, and on what is no file of messages', async () => {
  const [first] = published.messages
  const broken = { ...published, messages: [{ ...first, cose: `${first.cose.slice(0, -2)}00` }] }
  const wrong = await runCli(['wire', 'check', written(broken)])
  expect([wrong.status, lastLine(wrong.stdout)]).toEqual([1, '0 passed, 1 failed'])
  const noReport = await runCli(['wire', 'check', written(madeFile([encode([1, 2, 3])], 1))])
  expect([noReport.status, lastLine(noReport.stdout)]).toEqual([1, '0 passed, 1 failed'])
  for (const content of [{ ...published, messages: [] }, {}, 'x']) {
    const { status, stderr } = await runCli(['wire', 'check', written(content)])
    expect(status).toBe(1)
    expect(stderr).toMatch(/wire\/bad-file: .+\n {2}next: /)
  }
})

it('wire sign makes the published bytes, and the other forms on demand', async () => {
  const folder = join(temporaryFolder(), 'keys')
  mkdirSync(folder, { mode: 0o700 })
  const key = join(folder, 'test.key')
  writeFileSync(key, `${published.secretKey}\n`, { mode: 0o600 })
  const input = published.messages.map((message: { payload: string }) => `${message.payload}\n`).join('')
  const sign = async (more: readonly string[]) =>
    runCli(['wire', 'sign', '--key', key, '--net', '1', ...more], { input })
  const expected = (form: string) => published.messages.map((message: Record<string, string>) => message[form])
  expect((await sign([])).stdout.trimEnd().split('\n')).toEqual(expected('cose'))
  expect(JSON.parse((await sign(['--compact', '--json'])).stdout)).toEqual({ messages: expected('compact') })
  const bodies = JSON.parse(readFileSync(join(root, 'test/vectors/wire_bodies.json'), 'utf8'))
  const time = bodies.messages.find((message: { name: string }) => message.name === 'time-request')
  const typed = await runCli(['wire', 'sign', '--key', key, '--net', '1', '--mtype', '3'], {
    input: `${time.payload}\n`,
  })
  expect(typed.stdout.trimEnd()).toBe(time.cose)

  expect((await runCli(['wire', 'sign', '--key', key, '--net', '1'], { input: 'nonsense\n' })).status).toBe(1)
  chmodSync(key, 0o644)
  const open = await sign([])
  expect([open.status, open.stdout]).toEqual([1, ''])
  expect(open.stderr).not.toContain(published.secretKey)
})

it('wire check passes messages of every type, and says where a gateway would refuse what one holds', async () => {
  const { status, stdout } = await runCli(['wire', 'check', join(root, 'test/vectors/wire_bodies.json')])
  expect([status, lastLine(stdout)]).toEqual([0, '13 passed, 0 failed'])
  // This published report has three cells a column for four rows.
  expect(stdout).toMatch(/^ok {4}report-irregular \(a gateway refuses it: report\/bad-shape/m)
})

it('wire check --refused wants each code, and fails on one wrong code or an empty file', async () => {
  const file = join(root, 'test/vectors/wire_refused.json')
  const all = await runCli(['wire', 'check', '--refused', file])
  expect([all.status, lastLine(all.stdout)]).toEqual([0, '40 passed, 0 failed'])
  const refused = JSON.parse(readFileSync(file, 'utf8'))
  const [first] = refused.messages
  const wrong = await runCli([
    'wire',
    'check',
    '--refused',
    written({ ...refused, messages: [{ ...first, code: 'wire/malformed' }] }),
  ])
  expect([wrong.status, lastLine(wrong.stdout)]).toEqual([1, '0 passed, 1 failed'])
  expect((await runCli(['wire', 'check', '--refused', written({ ...refused, messages: [] })])).status).toBe(1)
})

it('wire connect prints a password that fits the published connect body', async () => {
  const bodies = JSON.parse(readFileSync(join(root, 'test/vectors/wire_bodies.json'), 'utf8'))
  const connect = bodies.messages.find((message: { name: string }) => message.name === 'connect')
  const key = join(temporaryFolder(), 'test.key')
  writeFileSync(key, `${bodies.keys.device.secretKey}\n`, { mode: 0o600 })
  const args = ['--key', key, '--net', '1', '--gateway', bodies.keys.gateway.kid, '--boot', '7', '--n', '3']
  const { stdout, stderr } = await runCli(['wire', 'connect', ...args])
  expect(Buffer.from(stdout.trim(), 'base64url').toString('hex')).toBe(connect.cose)
  expect(stderr).toContain(bodies.keys.device.kid)
  const json = await runCli(['wire', 'connect', ...args, '--json'])
  expect(JSON.parse(json.stdout)).toEqual({ kid: bodies.keys.device.kid, password: stdout.trim() })
})
