/**
 * Makes a board of a real Linux build of Espruino: it runs an app behind a serial line, is provisioned over that, and reports over a
 * relay to a real gateway, all by the command line. Prints a transcript. For scripts/espruino-by-hand.sh. Argument: the interpreter.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { combTable } from '../../../device-sdk/espruino/index.ts'
import { bundleForEspruino } from '../../../firmware/espruino-profile/index.ts'
import { openPty } from '../../emulators/pty.ts'

const [interpreter = ''] = process.argv.slice(2)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hexfix-by-hand-'))
const say = (line: string): void => void process.stdout.write(`${line.replaceAll(folder, 'FOLDER')}\n`)

const app = await bundleForEspruino(here('../../emulators/small-board/on-linux.ts'))
const table = Buffer.from(combTable()).toString('base64')
const far = await openPty(join(folder, 'board'))
const start = [
  `require("Storage").write("hexfix.tab",E.toArrayBuffer(atob("${table}")));`,
  `Serial1.setup(115200,{path:${JSON.stringify(far.path)}});`,
  app.code,
]
writeFileSync(join(folder, 'start.js'), start.join('\n'))

/** The near end ends with each user, and is there again for the next. */
let near = await openPty(join(folder, 'tty'))
let over = false
const plug = (): void => {
  near.onData((data) => far.write(data))
  void near.ended.then(async () => {
    if (over) return
    near = await openPty(join(folder, 'tty'))
    plug()
  })
}
plug()
far.onData((data) => near.write(data))
const board = spawn(interpreter, [join(folder, 'start.js')], { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] })

/** Runs the command line until it ends, or prints what is waited for. */
const hexfix = (args: readonly string[], until?: RegExp) => {
  say(`$ hexfix ${args.join(' ')}`)
  const child = spawn(process.execPath, [here('../../../dist/hexfix.js'), ...args], { cwd: folder })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const seen = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        say(`  ${line}`)
        if (until?.test(line) === true) resolve()
      })
    }
  })
  return { child, done: until === undefined ? ended : Promise.race([seen, ended]) }
}

const gateway = hexfix(['gw', 'up', '--mqtt-port', '0', '--http-port', '0', '--log', 'error'], /^Ctrl-C/)
await gateway.done
await hexfix(['provision', '--port', near.path, '--name', 'porch', '--no-owner']).done
await hexfix(['provision', '--local', '--no-owner', '--dir', 'roof']).done
const list = await fetch(
  new URL(
    '/v1/devices',
    (await import(join(folder, '.hexfix/gateway/run.json'), { with: { type: 'json' } })).default.http,
  ),
)
const { devices } = (await list.json()) as { devices: { kid: string; name: string | null }[] }
const kid = devices.find(({ name }) => name === 'porch')?.kid ?? ''
await hexfix(['devices', 'relay', kid, '--dir', 'roof']).done
const relay = hexfix(['device', 'relay', '--dir', 'roof', '--port', near.path], new RegExp(`^<- ${kid} report #1 `))
await relay.done
await hexfix(['devices', 'show', kid]).done

over = true
for (const child of [relay.child, gateway.child, board]) child.kill('SIGKILL')
await Promise.all([near.unplug(), far.unplug()])
rmSync(folder, { recursive: true, force: true })
process.exit(0)
