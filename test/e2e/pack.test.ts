import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, runProgram, startCli, temporaryFolder } from './harness.ts'

it('the package, installed in an empty folder, runs a gateway and a device', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder()
  // What `npm ci` has just fetched is in npm's cache: only what is not there is asked for.
  const packed = await runProgram('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(packed.stdout)
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)]
  expect((await runProgram('npm', install, { cwd: folder })).status).toBe(0)

  const cli = join(folder, 'node_modules/.bin/hexfix')
  expect((await runProgram(cli, ['--help'], { cwd: folder })).stdout).toContain('Usage: hexfix')
  const gateway = startCli(['gw', 'up', '--mqtt-port', '0', '--http-port', '0'], { cli, cwd: folder })
  await gateway.line(/^Ctrl-C/)
  const provisioned = await runProgram(cli, ['provision', '--local'], { cwd: folder })
  expect(provisioned.status).toBe(0)
  const device = startCli(['device', 'run', '--every', '1'], { cli, cwd: folder })
  await device.line(/accepted, receipt #1/)
  await device.end('SIGTERM')

  // A maker's program, with the package's own way in.
  writeFileSync(
    join(folder, 'porch.mjs'),
    `import { hostSensor, runDevice } from 'hexfix/device-sdk'
const device = await runDevice({
  dir: '.hexfix/device',
  sensor: hostSensor(),
  everyS: 1,
  onEvent: ({ event, logIndex }) => event === 'report/receipt' && console.log('receipt', logIndex),
})
if (!device.ok) throw new Error(device.error.code)
setTimeout(() => device.value.close(), 2000)
`,
  )
  const program = await runProgram(process.execPath, ['porch.mjs'], { cwd: folder })
  expect(program.stdout).toMatch(/^receipt \d+$/m)
  expect(await gateway.end('SIGINT')).toBe(0)
})
