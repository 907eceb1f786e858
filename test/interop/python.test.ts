import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, runProgram, startGateway, temporaryFolder } from '../e2e/harness.ts'

const python = '/usr/bin/python3'
const client = join(root, 'docs/client.py')

it('a Python client of under 150 lines enrols, connects, sends a report and checks its receipt', async (context) => {
  const libraries = await runProgram(python, ['-c', 'import cbor2, cryptography, paho.mqtt.client'])
  if (libraries.status !== 0) context.skip('Python libraries are missing; run: scripts/debian-packages.sh')
  expect(readFileSync(client, 'utf8').trimEnd().split('\n').length).toBeLessThan(150)
  const gateway = await startGateway(join(temporaryFolder(), 'gateway'))
  const token = readFileSync(join(gateway.data, 'admin-token'), 'utf8').trim()
  const run = await runProgram(python, [client, gateway.facts.http], { env: { HEXFIX_ADMIN_TOKEN: token } })
  expect(run.stderr).toBe('')
  expect(run.stdout).toMatch(/^receipt verified: device [0-9a-f]{16}, accepted at log index 1$/m)
  const refused = await runProgram(python, [client, gateway.facts.http], { env: { HEXFIX_ADMIN_TOKEN: 'wrong' } })
  expect(refused.status).not.toBe(0)
})
