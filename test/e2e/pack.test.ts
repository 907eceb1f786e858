import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildApp } from '../../firmware/toolchain/build/build.ts'
import { must } from '../gateway/harness.ts'
import { root, runProgram, startCli, temporaryFolder } from './harness.ts'

type Entry = Readonly<Record<string, unknown>>
const isShipped = ([path, { dev }]: [string, Entry]): boolean => path !== '' && dev !== true

/**
 * A user's project whose lock names, for what the package needs, the versions of ours: `npm ci` has them in its cache already,
 * so that the test waits for no registry.
 */
const writeProject = (folder: string, hexfix: string): void => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { version, dependencies, optionalDependencies, bin } = packages['']
  const project = {
    name: 'porch',
    private: true,
    dependencies: { hexfix },
    overrides: { 'cbor-x': overrides['cbor-x'] },
  }
  const ours = { version, resolved: hexfix, dependencies, optionalDependencies, bin }
  const locked = {
    '': project,
    'node_modules/hexfix': ours,
    ...Object.fromEntries(Object.entries<Entry>(packages).filter(isShipped)),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: locked }))
}

it('the package, installed in an empty folder, runs a gateway and a device', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder()
  const packed = await runProgram('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(packed.stdout)
  writeProject(folder, `file:${filename}`)
  const installed = await runProgram('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder })
  expect(installed.stderr).not.toContain('npm error')
  expect(installed.status).toBe(0)

  const cli = join(folder, 'node_modules/.bin/hexfix')
  expect((await runProgram(cli, ['--help'], { cwd: folder })).stdout).toContain('Usage: hexfix')
  const gateway = startCli(['gw', 'up', '--mqtt-port', '0', '--http-port', '0'], { cli, cwd: folder })
  await gateway.line(/^Ctrl-C/)
  const provisioned = await runProgram(cli, ['provision', '--local'], { cwd: folder })
  expect(provisioned.status).toBe(0)
  const device = startCli(['device', 'run', '--every', '1'], { cli, cwd: folder })
  await device.line(/accepted, receipt #1/)
  await device.end('SIGTERM')

  // What devices are built from travels with it.
  for (const [app, board] of [
    ['weather-node', 'rpi-4'],
    ['weather-node', 'puckjs'],
    ['weather-node', 'uno'],
  ] as const) {
    const args = ['build', '--app', app, '--board', board, '--out', board, '--json']
    const [built, ofClone] = await Promise.all([
      runProgram(cli, args, { cwd: folder }),
      buildApp({ app, board, firmware: 0, dev: false }),
    ])
    expect(built.status).toBe(0)
    // The same as from a clone, which has packages for development beside it and a compiler with settings of its own.
    expect(JSON.parse(built.stdout)).toEqual({ out: board, ...must(ofClone).manifest })
  }

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
