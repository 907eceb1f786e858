import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok, toHex } from '../../../device-sdk/protocol/index.ts'
import { askLine, readByLines, runLine, writeByLines } from './espruino-lines.ts'
import { evaluate, receiveFile, sendFile } from './espruino-packets.ts'
import type { Flashed, FlashJob, FlashProtocol } from './protocol.ts'
import { sha256Hex } from './protocol.ts'
import type { FlashTransport } from './transport.ts'

/** What Espruino runs when it starts. */
const bootFile = '.bootcde'
const interrupt = 0x03
const packetsSince = 2.25
const triesMax = 3
const settleMs = 250
/** How long the application may take to fail. */
const startMs = 1_500
const listenBytesMax = 65_536

/** Where packets are known, the version is at least 2v25; `2v29.45` counts as 2.29. */
const versionOf = (text: string): number => {
  const [, major = '0', minor = '0'] = /^(\d+)v(\d+)/.exec(text) ?? []
  return Number(major) + Number(minor) / 100
}

/** Stops what runs, ends the echo and asks who is there. Errors: flash/no-sync. */
const connect = async ({ transport, board }: FlashJob): Promise<Result<{ version: number; chip: string }>> => {
  for (let tries = 0; tries < triesMax; tries++) {
    const stopped = await transport.send(Uint8Array.of(interrupt))
    if (!stopped.ok) return stopped
    await pause(settleMs)
    transport.discard()
    const silenced = await runLine(transport, 'echo(0)')
    if (!silenced.ok) return silenced
    const who = await askLine(transport, 'process.version+" "+process.env.BOARD', 1_000)
    if (who.ok) {
      const [version = '', chip = ''] = who.value.split(' ')
      return ok({ version: versionOf(version), chip })
    }
    if (who.error.code !== 'flash/no-answer') return who
  }
  return fail('flash/no-sync', `${transport.path}; ${board.flash.manualBoot ?? 'unplug it and plug it in again'}`)
}

/** SHA-256 by the board where it has it, else over the bytes that it gives back. */
const sha256OnBoard = async (transport: FlashTransport, version: number, count: number): Promise<Result<string>> => {
  if (version >= packetsSince) {
    const file = `require("Storage").read("${bootFile}")`
    const hash = await evaluate(transport, `E.toJS(require("crypto").SHA256(${file}))`)
    if (hash.ok && typeof hash.value === 'string') return ok(toHex(Uint8Array.from(JSON.parse(hash.value))))
    if (!hash.ok && hash.error.code !== 'flash/refused') return hash
    transport.discard()
  }
  const back =
    version >= packetsSince
      ? await receiveFile(transport, bootFile, count)
      : await readByLines(transport, bootFile, count)
  return back.ok ? ok(sha256Hex(back.value)) : back
}

const write = async (job: FlashJob): Promise<Result<Flashed>> => {
  const { transport, board, image, onProgress } = job
  onProgress('connect', 0, 0)
  const who = await connect(job)
  if (!who.ok) return who
  const { version, chip } = who.value
  onProgress('check', 0, 0)
  const expected = board.mcu.signature ?? board.id.replaceAll('-', '').toUpperCase()
  if (chip !== expected) return fail('flash/wrong-board', `it says ${chip}, not ${expected}`)

  // An old file of the same name would take its space beside the new one.
  const erased = await askLine(transport, `require("Storage").erase("${bootFile}")`)
  if (!erased.ok) return erased
  const send = version >= packetsSince ? sendFile : writeByLines
  const sent = await send(transport, bootFile, image, (bytes) => onProgress('write', bytes, image.length))
  if (!sent.ok) return sent
  onProgress('verify', 0, 0)
  const sha256 = await sha256OnBoard(transport, version, image.length)
  if (!sha256.ok) return sha256
  if (sha256.value === sha256Hex(image)) return ok({ chip, bytes: image.length, sha256: sha256.value })
  return fail('flash/verify-failed', `the board has ${sha256.value}`)
}

/** Espruino over its console: packets where the firmware knows them, lines where it is older. */
export const espruino: FlashProtocol = {
  write,
  hello: async ({ transport, onProgress }) => {
    onProgress('hello', 0, 0)
    transport.discard()
    const loaded = await runLine(transport, 'load()')
    if (!loaded.ok) return loaded
    const said = await transport.take(listenBytesMax, startMs)
    if (!said.ok) return said
    const fault = /Uncaught.*/.exec(Buffer.from(said.value).toString('latin1'))?.[0]
    if (fault !== undefined) return fail('flash/no-hello', fault.trim())
    const version = await askLine(transport, 'process.version')
    if (version.ok) return ok(`Espruino ${version.value}`)
    return version.error.code === 'flash/no-answer' ? fail('flash/no-hello', version.error.detail) : version
  },
}
