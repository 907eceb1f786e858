import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp, writeBuild } from '../../../firmware/toolchain/build/build.ts'

const folder = mkdtempSync(join(tmpdir(), 'hexfix-install-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A build in a folder of its own, with another firmware sequence each. */
const built = async (app: string, firmware: number): Promise<string> => {
  const made = await buildApp({ app, board: 'rpi-4', firmware, dev: false })
  if (!made.ok) throw new Error(made.error.detail)
  const out = join(folder, `${app}-${firmware}`)
  expect(await writeBuild(made.value, out)).toMatchObject({ ok: true })
  return out
}
let [first, second] = ['', '']
beforeAll(async () => {
  first = await built('weather-node', 1)
  second = await built('weather-node', 2)
}, 60_000)

/**
 * systemctl as far as the scripts use it: it notes what it was asked, and what it starts runs unless the folder that runs
 * holds a file `broken`. With a file `keyless` it hands no sealed keys to services, as in some containers.
 */
const systemctl = `#!/bin/sh
printf '%s\\n' "$*" >> "$HEXFIX_ROOT/asked"
case $1 in
  restart)
    [ ! -e "$HEXFIX_ROOT/opt/hexfix/current/broken" ] || exit 1
    [ ! -e "$HEXFIX_ROOT/keyless" ] || [ -e "$HEXFIX_ROOT/var/lib/private/hexfix-device/device/device.key" ] || exit 1
    touch "$HEXFIX_ROOT/active" ;;
  is-active) [ -e "$HEXFIX_ROOT/active" ] ;;
  disable) rm -f "$HEXFIX_ROOT/active" ;;
esac
`

type System = {
  readonly root: string
  run(script: string, ...args: string[]): { readonly status: number | null; readonly said: string }
  at(path: string): string
}
let systems = 0
const system = (): System => {
  const root = join(folder, `root-${systems++}`)
  const bin = join(root, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'systemctl'), systemctl)
  chmodSync(join(bin, 'systemctl'), 0o755)
  const env = {
    ...process.env,
    HEXFIX_ROOT: root,
    PATH: `${bin}:${process.env.PATH}`,
    SYSTEMD_CREDENTIAL_SECRET: join(root, 'secret'),
  }
  return {
    root,
    at: (path) => join(root, path),
    run: (script, ...args) => {
      const { status, stdout, stderr } = spawnSync('sh', [script, ...args], { env, encoding: 'utf8' })
      return { status, said: stdout + stderr }
    },
  }
}
/** The key of the device, and what seals it, as systemd-creds takes it: the secret of a machine of its own. */
const sealable = (root: string) => {
  const device = join(root, 'var/lib/private/hexfix-device/device')
  mkdirSync(device, { recursive: true })
  const key = join(device, 'device.key')
  writeFileSync(key, 'the key of a test')
  writeFileSync(join(device, 'trust.json'), '{}')
  const sealed = join(root, 'etc/credstore.encrypted/hexfix-device.key')
  const env = { ...process.env, SYSTEMD_CREDENTIAL_SECRET: join(root, 'secret') }
  const opened = () => spawnSync('systemd-creds', ['decrypt', '--name=hexfix-device.key', sealed, '-'], { env })
  return { device, key, sealed, opened: () => opened().stdout.toString() }
}
const firmwareAt = (path: string): number => JSON.parse(readFileSync(join(path, 'build.json'), 'utf8')).firmware

describe('install.sh', () => {
  it('installs, does nothing the second time, and keeps the build before when it upgrades', () => {
    const { run, at } = system()
    expect(run(join(first, 'install.sh'))).toMatchObject({
      status: 0,
      said: expect.stringContaining('next: provision'),
    })
    expect(firmwareAt(at('opt/hexfix/current'))).toBe(1)
    const unit = readFileSync(at('etc/systemd/system/hexfix-device.service'), 'utf8')
    expect(unit).toBe(readFileSync(join(first, 'hexfix-device.service'), 'utf8'))
    expect(existsSync(at('opt/hexfix/launcher.mjs'))).toBe(true)
    expect(run(join(first, 'install.sh'))).toMatchObject({ status: 0, said: expect.stringContaining('nothing to do') })
    expect(run(join(second, 'install.sh')).status).toBe(0)
    expect([firmwareAt(at('opt/hexfix/current')), firmwareAt(at('opt/hexfix/previous'))]).toEqual([2, 1])
    expect(run(join(second, 'install.sh')).said).toContain('nothing to do')
    expect(firmwareAt(at('opt/hexfix/previous'))).toBe(1)
  })

  it('goes back to the build before where the new one does not start, and says so', () => {
    const { run, at } = system()
    run(join(first, 'install.sh'))
    const bad = join(folder, 'bad')
    cpSync(second, bad, { recursive: true })
    writeFileSync(join(bad, 'broken'), '')
    expect(run(join(bad, 'install.sh'))).toMatchObject({ status: 1, said: expect.stringContaining('runs again') })
    expect([firmwareAt(at('opt/hexfix/current')), firmwareAt(at('opt/hexfix/failed'))]).toEqual([1, 2])
    expect(run(join(first, 'install.sh')).said).toContain('nothing to do')
  })

  it('touches nothing where a file of the build is damaged, and never a key or what waits to be delivered', () => {
    const { run, at } = system()
    run(join(first, 'install.sh'))
    const device = at('var/lib/private/hexfix-device/device')
    mkdirSync(device, { recursive: true })
    for (const name of ['device.key', 'outbox', 'trust.json']) writeFileSync(join(device, name), name)
    const torn = join(folder, 'torn')
    cpSync(second, torn, { recursive: true })
    writeFileSync(join(torn, 'app.js'), readFileSync(join(torn, 'app.js')).subarray(0, 1_000))
    expect(run(join(torn, 'install.sh'))).toMatchObject({ status: 1, said: expect.stringContaining('damaged') })
    expect(firmwareAt(at('opt/hexfix/current'))).toBe(1)
    expect(run(join(second, 'install.sh')).said).not.toContain('provision')
    expect(run(join(second, 'uninstall.sh')).status).toBe(0)
    expect(run(join(second, 'uninstall.sh')).status).toBe(0)
    expect(existsSync(at('opt/hexfix'))).toBe(false)
    expect(existsSync(at('etc/systemd/system/hexfix-device.service'))).toBe(false)
    expect(readFileSync(join(device, 'device.key'), 'utf8')).toBe('device.key')
    expect(readFileSync(join(device, 'outbox'), 'utf8')).toBe('outbox')
  })

  it('starts what already lies in its place, as `hexfix flash` puts it there', () => {
    const { run, at } = system()
    mkdirSync(at('opt/hexfix'), { recursive: true })
    cpSync(first, at('opt/hexfix/current'), { recursive: true })
    expect(run(at('opt/hexfix/current/install.sh'), '--here').status).toBe(0)
    expect(existsSync(at('etc/systemd/system/hexfix-device.service'))).toBe(true)
    expect(run(at('opt/hexfix/current/install.sh'), '--nonsense')).toMatchObject({ status: 1 })
  })
})

const noCreds =
  spawnSync('systemd-creds', ['--version']).error === undefined
    ? null
    : 'no systemd-creds; run: apt-get install systemd'

describe.skipIf(noCreds !== null)(`install.sh --seal ${noCreds ?? ''}`, () => {
  const seal = (run: System['run']) => run(join(first, 'install.sh'), '--seal')

  it('leaves the key in its sealed form alone, which this machine opens', () => {
    const { run, root } = system()
    run(join(first, 'install.sh'))
    expect(seal(run)).toMatchObject({ status: 1, said: expect.stringContaining('provision first') })
    const { device, key, sealed, opened } = sealable(root)
    expect(seal(run)).toMatchObject({ status: 0, said: expect.stringContaining('There is no copy') })
    expect(readdirSync(device)).toEqual(['trust.json'])
    expect(readFileSync(sealed).includes('the key of a test')).toBe(false)
    expect(opened()).toBe('the key of a test')
    writeFileSync(key, 'another')
    expect(seal(run)).toMatchObject({ status: 1, said: expect.stringContaining('is there already') })
    expect(opened()).toBe('the key of a test')
  })

  it('gives the key back where the service does not get the sealed one, or where it was cut off', () => {
    const { run, root, at } = system()
    run(join(first, 'install.sh'))
    const { key, sealed, opened } = sealable(root)
    writeFileSync(at('keyless'), '')
    expect(seal(run)).toMatchObject({ status: 1, said: expect.stringContaining('back in its file') })
    expect(readFileSync(key, 'utf8')).toBe('the key of a test')
    expect(existsSync(sealed)).toBe(false)
    rmSync(at('keyless'))
    renameSync(key, `${key}.sealing`)
    writeFileSync(sealed, 'half of it')
    expect(seal(run).status).toBe(0)
    expect(opened()).toBe('the key of a test')
  })
})

describe('the unit of a device', () => {
  const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  const missing = analyze('--version').error === undefined ? null : 'no systemd-analyze; run: apt-get install systemd'

  it('is one that systemd takes, with little exposure', (context) => {
    if (missing !== null) process.stderr.write(`skipped: ${missing}\n`)
    context.skip(missing !== null, missing ?? '')
    const unit = join(first, 'hexfix-device.service')
    const verified = analyze('verify', unit)
    expect(verified.stderr).not.toMatch(/hexfix-device\.service:\d+|Unknown|Failed/)
    const security = analyze('security', '--offline=true', unit)
    const level = Number(/exposure level for hexfix-device\.service: ([\d.]+)/.exec(security.stdout)?.[1])
    expect(level).toBeLessThan(2)
  })

  it('gives a service the devices that its parts are on, and no other', async () => {
    const unit = (path: string): string => readFileSync(join(path, 'hexfix-device.service'), 'utf8')
    expect(unit(first)).toContain('DeviceAllow=char-i2c rw\nSupplementaryGroups=i2c\n')
    expect(unit(await built('energy-meter', 1))).toContain('DeviceAllow=char-ttyUSB rw\nSupplementaryGroups=dialout\n')
    const hotspot = unit(await built('hotspot', 1))
    expect(hotspot).toContain('PrivateDevices=yes')
    expect(hotspot).not.toContain('DeviceAllow')
  })
})
