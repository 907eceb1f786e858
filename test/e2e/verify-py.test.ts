import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, provision, root, runCli, runProgram, startGateway, temporaryFolder } from './harness.ts'

const python = '/usr/bin/python3'
const script = join(root, 'docs/verify.py')

it('a script of at most 30 lines without our code verifies a stored report and its receipt', async (context) => {
  const libraries = await runProgram(python, ['-c', 'import cbor2, cryptography'])
  if (libraries.status !== 0)
    context.skip('python3-cbor2 and python3-cryptography are missing; run: scripts/debian-packages.sh')
  expect(readFileSync(script, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(30)

  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const run = await runCli(['device', 'run', '--dir', dir, '--every', '1', '--for', '2', '--json'])
  expect(JSON.parse(run.stdout)).toMatchObject({ receipts: expect.any(Number) })

  const stored = await getJson<{ message: string; receipt: { message: string } }>(`${gateway.facts.http}/v1/reports/1`)
  const good = await runProgram(python, [script], { input: JSON.stringify(stored) })
  expect(good.stdout).toMatch(/^verified: device [0-9a-f]{16} boot 0 seq 0, verdict 0, log index 1$/m)

  const flip = (hex: string, at: number): string => hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
  const forged = { ...stored, message: flip(stored.message, stored.message.length - 3) }
  expect((await runProgram(python, [script], { input: JSON.stringify(forged) })).status).toBe(1)
  const receipt = { ...stored.receipt, message: flip(stored.receipt.message, stored.receipt.message.length - 3) }
  expect((await runProgram(python, [script], { input: JSON.stringify({ ...stored, receipt }) })).status).toBe(1)
})
