/**
 * Runs the signer and the verifier on a real Linux build of Espruino, behind a pty and by its packets, and prints a transcript.
 * For scripts/espruino-by-hand.sh. Arguments: the command line of the interpreter; `--idle` first does nothing, `--signing` and
 * `--verifying` only that.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SerialPort } from 'serialport'
import { combTable } from '../../../device-sdk/espruino/index.ts'
import { evmAddress, nobleSigner } from '../../../device-sdk/signer/index.ts'
import {
  bundleForEspruino,
  checkBundle,
  encodePacket,
  type Packet,
  packetReader,
  packetTypes,
} from '../../../firmware/espruino-profile/index.ts'
import { canaries, silentTraps } from './canaries.ts'

const args = process.argv.slice(2)
const only = args[0]?.startsWith('--') ? args[0] : null
const command = only === null ? args : args.slice(1)
const answerMsMax = 1_200_000
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

const folder = mkdtempSync(join(tmpdir(), 'hexfix-espruino-'))
const path = join(folder, 'tty')
const socat = spawn('socat', [`PTY,rawer,link=${path}`, `EXEC:${command.join(' ')},pty,rawer`], {
  cwd: folder,
  stdio: 'ignore',
})
const ended = once(socat, 'exit')
while (!existsSync(path)) await sleep(50)

let keys = ''
let packets: Packet[] = []
let wake = (): void => {}
const reader = packetReader(
  (packet) => packets.push(packet),
  (byte) => {
    keys += String.fromCharCode(byte)
  },
)
const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false })
await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
port.on('data', (data: Buffer) => {
  reader.write(data)
  wake()
})
const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer; the interpreter said: ${keys.slice(-500)}`)),
      answerMsMax,
    )
    wake = () => {
      if (!condition()) return
      clearTimeout(timer)
      resolve()
    }
    wake()
  })
const ask = async (type: number, data: Uint8Array): Promise<boolean> => {
  keys = ''
  packets = []
  port.write(Buffer.from(encodePacket({ type, data })))
  await until(() => keys.includes('\x06') || keys.includes('\x15'))
  return keys.includes('\x06')
}
const evaluate = async (code: string): Promise<string | null> => {
  if (!(await ask(packetTypes.eval, latin1(code)))) {
    // What it says about the error comes after the NAK, and nothing marks its end.
    await sleep(100)
    return null
  }
  await until(() => packets.length > 0)
  return Buffer.from(packets[0]?.data ?? []).toString('latin1')
}
const upload = async (name: string, data: Uint8Array): Promise<void> => {
  const parts = [{ type: packetTypes.fileSend as number, data: latin1(JSON.stringify({ fn: name, s: data.length })) }]
  // Why so little: more than its input buffer holds is lost, and on a pty nothing stops the sender.
  for (let at = 0; at < data.length; at += 128)
    parts.push({ type: packetTypes.data, data: data.subarray(at, at + 128) })
  for (const part of parts) if (!(await ask(part.type, part.data))) throw new Error(`the upload of ${name} was refused`)
}

/** Why as text: the Linux build ends at a byte of 4. */
const uploadBytes = async (name: string, data: Uint8Array): Promise<void> => {
  await upload('text', latin1(Buffer.from(data).toString('base64')))
  await evaluate(`F.write("${name}",E.toArrayBuffer(atob(F.read("text"))))`)
}

const bundled = (path: string) => bundleForEspruino(fileURLToPath(new URL(path, import.meta.url)))
const { code } = await bundled('../../../device-sdk/espruino/signer/bundle-entry.ts')
const verifier = await bundled('./verifier-entry.ts')
const table = combTable()

port.write('\n')
await until(() => keys.includes('>'))
port.write('\x03\x10')
say(`process.env ${await evaluate('process.env')}`)
say(`signer ${code.length} B minified, table ${table.length} B, findings of the check: ${checkBundle(code).length}`)
say(`verifier ${verifier.code.length} B minified, findings of the check: ${checkBundle(verifier.code).length}`)
await upload('hexfix.js', latin1(code))
await upload('verify.js', latin1(verifier.code))
await evaluate('F=require("Storage")')
await uploadBytes('hexfix.tab', table)
say(`memory before ${await evaluate('process.memory()')}`)
if ((await evaluate('eval(require("Storage").read("hexfix.js"))')) === null)
  throw new Error(`it does not start: ${keys}`)
say(`memory with the signer ${await evaluate('process.memory()')}`)
await evaluate('H=function(m){return new Uint8Array(require("crypto").SHA256(m))}')
await evaluate('secret=new Uint8Array(32).fill(31)')
await evaluate('digest=H("sixty readings")')
await evaluate('table=new Uint24Array(require("Storage").readArrayBuffer("hexfix.tab"))')
await evaluate('signer=hexfixSigner.deviceSigner(secret,table,H)')
await evaluate('ticks=0;0')
await evaluate('peak=0')
await evaluate('I=setInterval(function(){ticks++;peak=Math.max(peak,process.memory(false).usage)},100)')
const noble = nobleSigner(new Uint8Array(32).fill(31))
const digest = Uint8Array.from(JSON.parse((await evaluate('[].slice.call(digest)')) ?? '[]') as number[])
let signingS = 0
if (only === null || only === '--signing') {
  const started = Date.now()
  keys = ''
  await evaluate('signer.sign(digest,function(s){print("signed "+s.join())})')
  await until(() => /signed [\d,]+\r/.test(keys))
  signingS = (Date.now() - started) / 1000
  const signature = Uint8Array.from((/signed ([\d,]+)/.exec(keys)?.[1] ?? '').split(',').map(Number))
  const same = Buffer.from(noble.sign(digest)).equals(Buffer.from(signature.subarray(0, 64)))
  say(`signature ${Buffer.from(signature).toString('hex')}`)
  say(`the same bytes as noble: ${same}`)
  say(
    `wall clock ${signingS.toFixed(1)} s; turns of a timer of 100 ms, and variables in use at the most as it saw: ${await evaluate('[ticks,peak]')}`,
  )
  say(`memory after ${await evaluate('process.memory()')}`)
  if (!command.some((word) => word.includes('valgrind'))) {
    await evaluate('signer.publicKey(function(k){print("public "+k.address.join())})')
    await until(() => /public [\d,]+\r/.test(keys))
    const address = (/public ([\d,]+)/.exec(keys)?.[1] ?? '').split(',').map(Number)
    say(`the same address as noble: ${Buffer.from(evmAddress(noble.publicKey)).equals(Buffer.from(address))}`)
    const abc = await evaluate('hexfixSigner.sha256(new Uint8Array([97,98,99])).join()==H("abc").join()')
    say(`its own SHA-256 is the firmware's: ${abc}`)
  }
}
if (only === null || only === '--verifying') {
  await uploadBytes('key', noble.publicKey)
  await uploadBytes('right', noble.sign(digest))
  for (const name of ['key', 'right']) await evaluate(`${name}=new Uint8Array(F.readArrayBuffer("${name}"))`)
  await evaluate('wrong=right.map(function(x,i){return i==40?x^1:x})')
  if ((await evaluate('eval(require("Storage").read("verify.js"))')) === null)
    throw new Error(`it does not start: ${keys}`)
  await evaluate('ticks=peak=0')
  for (const name of only === null ? ['right', 'wrong'] : ['right']) {
    const started = Date.now()
    keys = ''
    await evaluate(`hexfixVerify(digest,key,${name},table,function(held){print("held "+held)})`)
    await until(() => /held \w+\r/.test(keys))
    const seconds = (Date.now() - started) / 1000
    const ratio = signingS > 0 ? `, ${(seconds / signingS).toFixed(1)} times that of the signature` : ''
    say(`the ${name} signature holds: ${/held (\w+)/.exec(keys)?.[1]}; wall clock ${seconds.toFixed(1)} s${ratio}`)
  }
  say(`turns of a timer of 100 ms, and variables in use at the most as it saw: ${await evaluate('[ticks,peak]')}`)
}
// Last: some leave names behind that nobody else may need.
if (only === null) {
  for (const [rule, name, canary] of canaries) {
    const answer = await evaluate(`eval(${JSON.stringify(canary)})`)
    const words =
      answer === null ? `refused: ${/Uncaught ([^\r\n]*)/.exec(keys)?.[1] ?? 'without a word'}` : `answered ${answer}`
    say(`canary ${rule}, ${name}: ${words}`)
  }
  for (const [name, trap, ecmascript] of silentTraps) {
    say(`trap ${name}: ${await evaluate(`String(eval(${JSON.stringify(trap)}))`)}, in ECMAScript ${ecmascript}`)
  }
}
// Ctrl-D ends the Linux build, so that callgrind writes its sum.
port.write('\x04')
await Promise.race([ended, sleep(20_000)])
socat.kill('SIGKILL')
port.destroy()
rmSync(folder, { recursive: true, force: true })
process.exit(0)
