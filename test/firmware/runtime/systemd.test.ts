import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'
import { buildApp, writeBuild } from '../../../firmware/toolchain/build/build.ts'
import { must } from '../../gateway/harness.ts'

const lacking = ['systemd-notify', 'python3'].filter((name) => spawnSync(name, ['--version']).error !== undefined)
const missing = lacking.length === 0 ? null : `no ${lacking.join(', ')}; run: apt-get install systemd python3`

/** Where Node has no datagrams of Unix sockets, Python has: a line for each. */
const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
  for line in s.recv(4096).decode().split("\\n"):
    print(line, flush=True)
`
/** An application that no longer turns once it is told so. */
const source = `import { report, sensor } from 'hexfix:board'
process.on('SIGUSR2', () => { for (;;) {} })
report([sensor('weather')])
`
/** WATCHDOG_USEC: it has to show itself each half of that. */
const watchdogUs = 1_000_000

/** Starts the build as a service of its own. @returns what was said to its manager. */
const serve = async (folder: string, name: string): Promise<{ app: ChildProcess; said: string[] }> => {
  const path = join(folder, name)
  const manager = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  createInterface({ input: manager.stdout }).on('line', (line) => said.push(line))
  onTestFinished(() => void manager.kill('SIGKILL'))
  await vi.waitUntil(() => said.includes('bound'), { timeout: 20_000 })
  const env = { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: String(watchdogUs), HEXFIX_DEVICE: folder }
  const app = spawn(process.execPath, [join(folder, 'build/app.js')], { env, stdio: 'ignore' })
  onTestFinished(() => void app.kill('SIGKILL'))
  return { app, said }
}

it('a bundle says that it is ready, that it turns, and nothing more once it hangs', {
  timeout: 60_000,
}, async (context) => {
  if (missing !== null) process.stderr.write(`skipped: ${missing}\n`)
  context.skip(missing !== null, missing ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-notify-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'app.ts'), source)
  const config = { sensors: { weather: 'host' }, without: ['light'] }
  const job = { app: 'weather-node', source: join(folder, 'app.ts'), board: 'rpi-4', firmware: 0, dev: false, config }
  must(await writeBuild(must(await buildApp(job)), join(folder, 'build')))
  const [well, hung] = await Promise.all([serve(folder, 'well'), serve(folder, 'hung')])
  const turns = ({ said }: typeof well): number => said.filter((line) => line === 'WATCHDOG=1').length
  const turned = (one: typeof well, times: number) =>
    vi.waitUntil(() => turns(one) >= times, { timeout: 30_000, interval: 20 })
  await Promise.all([turned(well, 2), turned(hung, 2)])
  // Without a key it waits, and is well.
  expect(hung.said).toEqual(expect.arrayContaining(['READY=1', 'STATUS=waiting to be provisioned']))
  hung.app.kill('SIGUSR2')
  // One that is under way may still arrive.
  const most = turns(hung) + 1
  await turned(well, turns(well) + 4)
  expect(turns(hung)).toBeLessThanOrEqual(most)
})
