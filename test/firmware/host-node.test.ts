import { join } from 'node:path'
import { expect, it } from 'vitest'
import { provision, startCli, startGateway, temporaryFolder } from '../e2e/harness.ts'

it('the program of ten lines delivers a reading of this machine, and ends when it is told to', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const env = { HEXFIX_DEVICE: dir, HEXFIX_EVERY_S: '1', NODE_OPTIONS: '--import tsx' }
  const program = startCli([], { cli: 'firmware/apps/host-node.ts', env })
  await program.line(/"event":"report\/receipt"/)
  expect(await program.end('SIGTERM')).toBe(0)
  // Events, and nothing else.
  for (const line of program.text().split('\n')) expect(line).toMatch(/^\{"event":.*\}$/)
})
