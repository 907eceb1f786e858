/**
 * Makes a board of a real Linux build of Espruino: it runs an application as `hexfix build` makes it, behind a serial line, is
 * provisioned over that, and reports over a relay to a real gateway, all by the command line; or over MQTT of its own, through the
 * sockets of the interpreter. Prints a transcript, and how many of its variables it took. For scripts/espruino-by-hand.sh.
 * Arguments: the interpreter, an application, readings in a report; --wifi anywhere, and --native for the signer in machine code.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openPty } from '../../emulators/pty.ts'
import { standIns } from '../../emulators/small-board/stand-ins.ts'
import { builtFiles, writeStorage } from './by-hand-interpreter.ts'
import { linuxHardware } from './linux-hardware.ts'

const given = process.argv.slice(2)
const hasWifi = given.includes('--wifi')
const isNative = given.includes('--native')
const words = given.filter((word) => !word.startsWith('--'))
const [interpreter = '', app = 'weather-node', batch = '1'] = words
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hexfix-by-hand-'))
const say = (line: string): void => void process.stdout.write(`${line.replaceAll(folder, 'FOLDER')}\n`)
const inFolder = (path: string): string => join(folder, path)

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

const warmUp = app === 'air-node' ? { warmUpS: 0 } : {}
const link = hasWifi ? 'wifi' : 'line'
const config = { everyS: 2, batch: Number(batch), power: 'mains', link, ...warmUp }
writeFileSync(inFolder('config.json'), JSON.stringify(config))
mkdirSync(inFolder('hardware'))
linuxHardware(inFolder('hardware'), { nativeSigner: isNative })
const build = ['--hardware', 'hardware', '--config', 'config.json', '--out', 'built']
await hexfix(['build', '--app', app, '--board', 'linux', ...build]).done

// Names lose their point, for it would run them before there are parts; and the console's lock asks for a button, which Linux has not.
const files = builtFiles(inFolder('built'))
writeStorage(interpreter, folder, new Map([...files].map(([name, bytes]) => [name.replace(/^\./, ''), bytes])))

const far = await openPty(inFolder('board'))
/** Linux has sockets and no radio: it is on its network at once, whatever that is called. */
const radio = hasWifi
  ? 'Modules.addCached("Wifi", "exports.on = function () {}; exports.connect = function (s, o, done) { setTimeout(done, 10, null); };");'
  : ''
const start = `${standIns(app)}
${radio}
Serial1.setup(115200, { path: ${JSON.stringify(far.path)} });
var flat = E.toFlatString(require("Storage").read("bootcde")), bootcde = flat;
// Functions of a native string take no memory for their code, as on a board, where it is in flash. An address has 32 bits here.
if (process.memory().blocksize < 20) bootcde = E.memoryArea(E.getAddressOf(flat, true), flat.length);
// At the root, as a board starts it: a function that calls it would be a scope of each of its functions.
var before = 0;
function watch() {
  var most = 0;
  before = process.memory().usage;
  setInterval(function () {
    var used = process.memory().usage - before;
    if (used > most) { most = used; require("fs").appendFileSync("variables", (getTime() | 0) + " " + used + "\\n"); }
  }, 50);
  require("fs").writeFileSync("block", process.memory().blocksize + " B of " + process.memory().total);
  setTimeout(function () { require("fs").writeFileSync("started", "" + (process.memory().usage - before)); }, 900);
}
setTimeout('watch(); try { eval(bootcde); } catch (e) { require("fs").appendFileSync("asked", "threw " + e); }', 300);
`
writeFileSync(inFolder('start.js'), start)

/** The near end ends with each user, and is there again for the next. */
let near = await openPty(inFolder('tty'))
let over = false
const plug = (): void => {
  near.onData((data) => far.write(data))
  void near.ended.then(async () => {
    if (over) return
    near = await openPty(inFolder('tty'))
    plug()
  })
}
plug()
far.onData((data) => near.write(data))
const board = spawn(interpreter, ['start.js'], { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] })

const gatewayAt = (mqtt: string, http: string) =>
  hexfix(['gw', 'up', '--mqtt-port', mqtt, '--http-port', http, '--log', 'error'], /^Ctrl-C/)
let gateway = gatewayAt('0', '0')
await gateway.done
writeFileSync(inFolder('passphrase'), 'correct horse\n', { mode: 0o600 })
// With a claim for an owner, the proof of a key takes the most memory and the deepest stack.
process.env.HEXFIX_OWNER_PASSPHRASE_FILE = inFolder('passphrase')
await hexfix(['owner', 'make']).done
const network = hasWifi ? ['--wifi-ssid', 'home', '--wifi-password-file', 'passphrase'] : []
await hexfix(['provision', '--port', near.path, '--name', 'porch', ...network]).done
if (!hasWifi) await hexfix(['provision', '--local', '--no-owner', '--dir', 'roof']).done
const { http, mqtt } = JSON.parse(readFileSync(inFolder('.hexfix/gateway/run.json'), 'utf8')) as {
  http: string
  mqtt: string
}
const list = await fetch(new URL('/v1/devices', http))
const { devices } = (await list.json()) as { devices: { kid: string; name: string | null }[] }
const kid = devices.find(({ name }) => name === 'porch')?.kid ?? ''
if (!hasWifi) await hexfix(['devices', 'relay', kid, '--dir', 'roof']).done
const relay = ['device', 'relay', '--dir', 'roof', '--port', near.path]
const watch = hasWifi ? ['monitor', '--kid', kid, '--event', 'report'] : relay
const seen = hasWifi ? /accepted #/ : new RegExp(`^<- ${kid} report #1 `)
let watched = hexfix(watch, seen)
await watched.done
if (hasWifi) {
  say('the gateway is killed, and started again')
  for (const child of [watched.child, gateway.child]) child.kill('SIGKILL')
  gateway = gatewayAt(new URL(mqtt).port, new URL(http).port)
  await gateway.done
  watched = hexfix(watch, seen)
  await watched.done
  const gaps = await fetch(new URL(`/v1/devices/${kid}/gaps`, http))
  say(`gaps: ${await gaps.text()}`)
}
await hexfix(['devices', 'show', kid]).done
const { reports } = (await (await fetch(new URL('/v1/reports', http))).json()) as { reports: unknown[] }
say(`reports: ${JSON.stringify(reports).slice(0, 800)}`)

/** The board checks its signature in JavaScript, and signs the answer. */
const headers = { authorization: `Bearer ${readFileSync(inFolder('.hexfix/gateway/admin-token'), 'utf8').trim()}` }
const began = Date.now()
const ping = { method: 'POST', headers, body: JSON.stringify({ op: 0 }) }
say(`command ping: ${(await fetch(new URL(`/v1/devices/${kid}/command`, http), ping)).status}`)
const answered = async (): Promise<boolean> => {
  const list = await fetch(new URL(`/v1/devices/${kid}/commands`, http), { headers })
  const { commands } = (await list.json()) as { commands: { status: number | null }[] }
  const done = commands[0]?.status === 0
  if (done) say(`answered: ${JSON.stringify(commands[0])}, after ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return done
}
while (Date.now() - began < 60_000 && !(await answered())) await sleep(200)

over = true
for (const child of [watched.child, gateway.child, board]) child.kill('SIGKILL')
const written = (name: string): string => readFileSync(inFolder(name), 'utf8').trim()
say(`the parts were asked: ${written('asked').replaceAll('\n', '; ')}`)
const most = written('variables').split('\n').at(-1)?.split(' ')[1]
say(`variables of ${written('block')}: ${written('started')} once it had started, ${most} at the most`)
await Promise.all([near.unplug(), far.unplug()])
rmSync(folder, { recursive: true, force: true })
process.exit(0)
