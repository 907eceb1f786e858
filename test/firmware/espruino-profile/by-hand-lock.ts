/**
 * The lock of the console on a real Linux build of Espruino: a build of weather-node as it is flashed, its Storage a file, its
 * button a file that is there or not. Prints a transcript; ends with 1 where the key or the console is given away.
 * For scripts/espruino-by-hand.sh. Argument: the interpreter.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { boardFrame, boardFrameReader } from '../../../device-sdk/link/index.ts'
import { encodeHostHello, frameTypes, linkVersion } from '../../../device-sdk/protocol/index.ts'
import { encodePacket, packetTypes } from '../../../firmware/espruino-profile/index.ts'
import { buildApp, writeBuild } from '../../../firmware/toolchain/build/build.ts'
import { openPty } from '../../emulators/pty.ts'
import { standIns } from '../../emulators/small-board/stand-ins.ts'
import { must } from '../../gateway/harness.ts'
import { builtFiles, writeStorage } from './by-hand-interpreter.ts'
import { linuxHardware } from './linux-hardware.ts'

const [interpreter = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'hexfix-lock-'))
const inFolder = (path: string): string => join(folder, path)
const key = 'k3y-k3y-k3y-the-file-of-a-test-key'
const pin = '({read:function(){try{return require("fs").readFileSync("held")?1:0}catch(e){return 0}}})'
/** Between what is said to the interpreter and what it has to say to that. */
const answerMs = 1_500
const bootMs = 2_500

const say = (line: string): void => void process.stdout.write(`${line}\n`)
let failed = 0
const mustBe = (what: string, isSo: boolean): void => {
  say(`${isSo ? 'as it must be' : 'WRONG'}: ${what}`)
  if (!isSo) failed++
}

mkdirSync(inFolder('hardware'))
linuxHardware(inFolder('hardware'), { button: { pin, pressed: 1 } })
const options = { app: 'weather-node', board: 'linux', hardware: inFolder('hardware'), firmware: 1, dev: false }
must(await writeBuild(must(await buildApp(options)), inFolder('built')))
const files = builtFiles(inFolder('built'))
files.set(
  '.boot1',
  Buffer.from(`${standIns('weather-node')}Serial1.setup(115200, { path: ${JSON.stringify(inFolder('tty'))} });`),
)
files.set('hexfix.key', Buffer.from(key))

/** Power on. The console of a Linux build is on its input and output; the line of the program is a pseudo-terminal. */
const start = async () => {
  const line = await openPty(inFolder('tty'))
  const board = spawn(interpreter, [], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(board, 'exit')
  const heard = { console: '', line: '' }
  const frames: number[] = []
  board.stdin.on('error', () => {})
  board.stdout.on('data', (bytes: Buffer) => {
    heard.console += bytes.toString('latin1')
  })
  line.onData((bytes) => {
    heard.line += bytes.toString('latin1')
  })
  line.onData(boardFrameReader((type) => frames.push(type)))
  const tell = async (to: keyof typeof heard, bytes: string | Uint8Array, forMs = answerMs): Promise<string> => {
    heard[to] = ''
    if (to === 'line') line.write(bytes)
    else board.stdin.write(bytes)
    await sleep(forMs)
    return heard[to]
  }
  return {
    ended,
    /** The types of all frames that came on its line. */
    frames,
    /** What it says there in answer to these bytes. */
    tell,
    stop: async (): Promise<void> => {
      board.kill('SIGKILL')
      await ended
      await line.unplug()
    },
  }
}
const sum = 'print(6*7)\n'
const ask = (type: number, text: string): Uint8Array => encodePacket({ type, data: Buffer.from(text, 'latin1') })
const read = 'require("Storage").read("hexfix.key")'
const attacks: readonly [string, string | Uint8Array][] = [
  ['a line', `\n${sum}print(${read})\n`],
  ['Ctrl-C, then a line', `\x03\x03\n${sum}print(${read})\n`],
  ['a packet that evaluates', ask(packetTypes.eval, read)],
  ['a packet that receives a file', ask(packetTypes.fileReceive, '{fn:"hexfix.key"}')],
  ['a packet that sends a lock of its own', ask(packetTypes.fileSend, '{fn:".boot0",s:1}')],
  ['the call that moves the console', `\nE.setConsole("USB",{force:true})\n${sum}`],
  ['the password', `\nno console here: see docs/boards.md\n${sum}print(${read})\n`],
]
const attackAll = async (board: Awaited<ReturnType<typeof start>>, to: 'console' | 'line'): Promise<string> => {
  let all = ''
  for (const [, bytes] of attacks) all += await board.tell(to, bytes)
  return all
}

// Without its lock, so that what follows can fail.
writeStorage(interpreter, folder, new Map([['hexfix.key', Buffer.from(key)]]))
const open = await start()
await open.tell('console', '', bootMs)
for (const [name, bytes] of attacks.slice(0, 4))
  mustBe(`without the lock, ${name} gives the key`, (await open.tell('console', bytes)).includes('k3y'))
await open.stop()
rmSync(inFolder('espruino.flash'))
writeStorage(interpreter, folder, files)

const locked = await start()
await locked.tell('console', '', bootMs)
mustBe(
  `nothing is said to any of ${attacks.length} attacks on its console`,
  (await attackAll(locked, 'console')) === '',
)
await locked.tell('line', boardFrame(frameTypes.hello, encodeHostHello({ version: linkVersion, relays: false })))
mustBe('its program says hello on its line', locked.frames.includes(frameTypes.hello))
await locked.tell('line', boardFrame(frameTypes.console, new Uint8Array()))
mustBe('its program refuses the frame that asks for the console', locked.frames.includes(frameTypes.refused))
mustBe('the attacks on its line get neither key nor answer', !/k3y|42/.test(await attackAll(locked, 'line')))
mustBe('and give nobody the console', (await locked.tell('console', `\n${sum}`)) === '')
await locked.stop()

const again = await start()
await again.tell('console', '', bootMs)
mustBe('the same after a power cut', (await attackAll(again, 'console')) === '')
await again.stop()
mustBe('key and lock are there still', readFileSync(inFolder('espruino.flash')).includes('k3y'))

writeFileSync(inFolder('held'), 'held')
const short = await start()
await sleep(1_000)
rmSync(inFolder('held'))
const restarted = await Promise.race([short.ended.then(() => true), sleep(10_000, false)])
mustBe('a button let go after a second starts it again (E.reboot ends a Linux build)', restarted)
mustBe('with its key', readFileSync(inFolder('espruino.flash')).includes('k3y'))
await short.stop()

writeFileSync(inFolder('held'), 'held')
const held = await start()
const early = (await held.tell('console', `\n${sum}`, 1_000)) + (await held.tell('line', `\n${sum}`, 1_000))
mustBe('a button that is held: no console for two seconds', !early.includes('42'))
await sleep(4_000)
mustBe('then there is one, on the line', (await held.tell('line', `\n${sum}`)).includes('42'))
const list = 'print("["+require("Storage").list().join()+"]")'
mustBe('its Storage is empty', (await held.tell('line', `\n${list}\n`)).includes('[]'))
mustBe('the key gives nothing', !(await held.tell('line', `\nprint(${read})\n`)).includes('k3y'))
await held.stop()
mustBe('no byte of the key is in its flash', !readFileSync(inFolder('espruino.flash')).includes('k3y'))

rmSync(folder, { recursive: true, force: true })
say(failed === 0 ? 'the lock held' : `${failed} wrong`)
process.exit(failed === 0 ? 0 : 1)
