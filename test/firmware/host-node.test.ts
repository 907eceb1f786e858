import { join } from 'node:path'
import { expect, it } from 'vitest'
import { provision, root, runProgram, startGateway, temporaryFolder } from '../e2e/harness.ts'

it('the program of ten lines delivers a reading of this machine', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const program = runProgram(
    'timeout',
    ['--signal=TERM', '5', process.execPath, '--import', 'tsx', 'firmware/apps/host-node.ts'],
    {
      cwd: root,
      env: { HEXFIX_DEVICE: dir, HEXFIX_EVERY_S: '1' },
    },
  )
  const { stdout, stderr } = await program
  expect(stderr).toBe('')
  expect(stdout).toContain('"event":"report/receipt"')
})
