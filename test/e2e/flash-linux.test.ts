import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noSshd, startSshd, thisModel } from '../firmware/flash/ssh-server.ts'
import { cli, root, runCli, runProgram, temporaryFolder } from './harness.ts'

/**
 * systemctl as far as install.sh uses it: what it starts runs as the bundle's own process, and has started once it waits to be
 * provisioned.
 */
const systemctl = (machine: string): string => `#!/bin/sh
running() { [ -e ${machine}/pid ] && kill -0 "$(cat ${machine}/pid)" 2>/dev/null; }
case $1 in
  restart)
    if running; then kill "$(cat ${machine}/pid)"; fi
    HEXFIX_DEVICE=${machine}/device setsid ${process.execPath} ${machine}/opt/hexfix/current/app.js > ${machine}/log 2>&1 < /dev/null &
    echo $! > ${machine}/pid
    until grep -q not-provisioned ${machine}/log; do running || exit 1; sleep 0.05; done ;;
  is-active) running ;;
esac
`

describe.skipIf(noSshd !== null)(`a build, over ssh onto a machine with Linux ${noSshd ?? ''}`, () => {
  it('is installed by its own script and runs, and what ran before runs again where the next one does not', {
    timeout: 60_000,
  }, async () => {
    const machine = temporaryFolder()
    const [bin, hardware] = [join(machine, 'bin'), join(machine, 'hardware')]
    for (const path of [bin, join(hardware, 'boards'), join(hardware, 'wiring'), join(machine, 'keys')])
      mkdirSync(path, { recursive: true })
    writeFileSync(join(bin, 'systemctl'), systemctl(machine), { mode: 0o755 })
    onTestFinished(() => void spawnSync('sh', ['-c', `kill $(cat ${machine}/pid)`]))
    const read = (path: string) => JSON.parse(readFileSync(join(root, 'hardware', path), 'utf8'))
    const pi = read('boards/rpi-4.json')
    const board = { ...pi, id: 'pi-here', mcu: { ...pi.mcu, signature: thisModel } }
    writeFileSync(join(hardware, 'boards/pi-here.json'), JSON.stringify(board))
    const wiring = { ...read('wiring/weather-node-rpi.json'), id: 'weather-here', boards: ['pi-here'] }
    writeFileSync(join(hardware, 'wiring/weather-here.json'), JSON.stringify(wiring))

    const begun = await runCli(['init', 'porch', '--board', 'pi-here', '--app', 'weather-node', '--app-source'], {
      cwd: machine,
      env: { HEXFIX_HARDWARE: hardware },
    })
    expect(begun.status).toBe(0)
    const porch = join(machine, 'porch')
    const file = join(porch, 'hexfix.json')
    const project = JSON.parse(readFileSync(file, 'utf8'))
    expect(project.hardware).toBe('../hardware')
    const flash = async (firmware: number) => {
      writeFileSync(file, JSON.stringify({ ...project, host: 'board', firmware }))
      const folder = join(machine, 'opt/hexfix')
      const start = `HEXFIX_ROOT=${machine} PATH=${bin}:$PATH sh ${folder}/current/install.sh --here`
      const ssh = ['--ssh-config', sshConfig, '--folder', folder, '--start', start]
      const hello = ['--hello-by', `${bin}/systemctl is-active`, '--hello-within', '1']
      const { status, stdout } = await runCli(['flash', ...ssh, ...hello, '--json'], { cwd: porch })
      return { status, ...JSON.parse(stdout) }
    }
    const firmwareAt = (place: string): number =>
      JSON.parse(readFileSync(join(machine, 'opt/hexfix', place, 'build.json'), 'utf8')).firmware
    const sshConfig = await startSshd(join(machine, 'keys'))

    expect(await flash(1)).toMatchObject({ status: 0, board: 'pi-here', port: 'board', hello: thisModel })
    const unit = join(machine, 'etc/systemd/system/hexfix-device.service')
    expect(readFileSync(unit, 'utf8')).toBe(readFileSync(join(porch, 'build/hexfix-device.service'), 'utf8'))

    writeFileSync(join(porch, 'app.ts'), "import { report } from 'hexfix:board'\nprocess.exit(3)\nreport([])\n")
    expect(await flash(2)).toMatchObject({ status: 1, error: { code: 'flash/rolled-back' } })
    expect([firmwareAt('current'), firmwareAt('failed')]).toEqual([1, 2])
    execFileSync(join(bin, 'systemctl'), ['is-active'])
    expect(readFileSync(join(machine, 'log'), 'utf8')).toContain('device/not-provisioned')
  })
})

const noStrace = spawnSync('strace', ['-V']).error === undefined ? null : 'no strace; run: scripts/debian-packages.sh'

describe.skipIf(noStrace !== null)(`the card of a board whose flash is killed ${noStrace ?? ''}`, () => {
  const names = ['app.js', 'build.txt', 'launcher.mjs', 'sums']
  const bundle = (firmware: string): string => {
    const folder = temporaryFolder()
    for (const name of names) writeFileSync(join(folder, name), `${name} of ${firmware}`)
    return folder
  }
  /** Each file of a bundle is renamed into its place; then the bundle that is there goes aside, and the new one takes its place. */
  const steps = { 'in the middle of its files': 3, 'before the bundles change places': 5, 'while they do': 6 }

  it.each(Object.entries(steps))('%s has a whole bundle of before, and is flashed again', async (_, rename) => {
    const [boot, card] = [temporaryFolder(), temporaryFolder()]
    writeFileSync(join(boot, 'config.txt'), '')
    mkdirSync(join(card, 'etc'))
    const flash = (image: string): string[] => [
      'flash',
      '--board',
      'rpi-4',
      '--image',
      image,
      '--card',
      `${boot},${card}`,
    ]
    const firmwareAt = (place: string): string | null => {
      const folder = join(card, 'opt/hexfix', place)
      if (!existsSync(folder)) return null
      const found = readdirSync(folder).map((name) => `${name} is ${readFileSync(join(folder, name))}`)
      const isOf = (firmware: string) => names.every((name) => found.includes(`${name} is ${name} of ${firmware}`))
      return ['one', 'two'].find((firmware) => isOf(firmware) && found.length === names.length) ?? 'torn'
    }
    expect((await runCli(flash(bundle('one')))).status).toBe(0)
    const second = bundle('two')
    // Calls are counted by thread.
    const env = { UV_THREADPOOL_SIZE: '1' }
    const inject = [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'trace=/rename',
      '-e',
      `inject=/rename:signal=SIGKILL:when=${rename}`,
    ]
    const killed = await runProgram('strace', [...inject, process.execPath, cli, ...flash(second)], { env })
    expect([killed.status, killed.stdout]).toEqual([null, ''])
    expect([firmwareAt('current'), firmwareAt('previous')]).toContain('one')
    expect(firmwareAt('current')).not.toBe('torn')
    expect((await runCli(flash(second))).status).toBe(0)
    expect([firmwareAt('current'), firmwareAt('previous'), firmwareAt('next')]).toEqual(['two', 'one', null])
  })
})
