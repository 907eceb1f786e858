import { setTimeout as pause } from 'node:timers/promises'
import { firmwareFile, firmwareRecord } from '../../../device-sdk/espruino/index.ts'
import { boardFrame } from '../../../device-sdk/link/index.ts'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, frameTypes, ok, toHex } from '../../../device-sdk/protocol/index.ts'
import { espruinoHello } from './espruino-hello.ts'
import { askLine, readByLines, runLine, writeByLines } from './espruino-lines.ts'
import { evaluate, receiveFile, sendFile } from './espruino-packets.ts'
import { hearFrame } from './hear-frame.ts'
import { bootFiles } from './image.ts'
import type { Flashed, FlashJob, FlashProtocol, ImageFile } from './protocol.ts'
import { sha256Hex, sha256OfAll } from './protocol.ts'
import type { FlashTransport } from './transport.ts'

const interrupt = 0x03
const packetsSince = 2.25
const triesMax = 3
const settleMs = 250
const consoleMs = 1_500

/** Where packets are known, the version is at least 2v25; `2v29.45` counts as 2.29. */
const versionOf = (text: string): number => {
  const [, major = '0', minor = '0'] = /^(\d+)v(\d+)/.exec(text) ?? []
  return Number(major) + Number(minor) / 100
}

type Who = { readonly version: number; readonly chip: string }

/** Stops what runs, ends the echo and asks who is there. Errors: flash/no-answer. */
const ask = async ({ transport }: FlashJob): Promise<Result<Who>> => {
  const stopped = await transport.send(Uint8Array.of(interrupt))
  if (!stopped.ok) return stopped
  await pause(settleMs)
  transport.discard()
  const silenced = await runLine(transport, 'echo(0)')
  if (!silenced.ok) return silenced
  const who = await askLine(transport, 'process.version+" "+process.env.BOARD', 1_000)
  if (!who.ok) return who
  const [version = '', chip = ''] = who.value.split(' ')
  return ok({ version: versionOf(version), chip })
}

/**
 * A board that runs an app of ours has no console on its line: builds with --dev give it, all others refuse.
 * Errors: board/console-locked.
 */
const askForConsole = async ({ transport }: FlashJob): Promise<Result<null>> => {
  transport.discard()
  const asked = await transport.send(boardFrame(frameTypes.console, new Uint8Array()))
  if (!asked.ok) return asked
  const heard = await hearFrame(transport, [frameTypes.console, frameTypes.refused], consoleMs)
  if (!heard.ok) return heard
  return heard.value?.type === frameTypes.refused ? fail('board/console-locked', transport.path) : ok(null)
}

/** Errors: flash/no-sync, board/console-locked. */
const connect = async (job: FlashJob): Promise<Result<Who>> => {
  const { transport, board } = job
  for (let tries = 0; tries < triesMax; tries++) {
    const who = await ask(job)
    if (who.ok || who.error.code !== 'flash/no-answer') return who
    const given = await askForConsole(job)
    if (!given.ok) return given
  }
  return fail('flash/no-sync', `${transport.path}; ${board.flash.manualBoot ?? 'unplug it and plug it in again'}`)
}

/** SHA-256 by the board where it has it, else over the bytes that it gives back. */
const sha256OnBoard = async (
  transport: FlashTransport,
  version: number,
  { name, bytes }: ImageFile,
): Promise<Result<string>> => {
  if (version >= packetsSince) {
    const file = `require("Storage").read("${name}")`
    const hash = await evaluate(transport, `E.toJS(require("crypto").SHA256(${file}))`)
    if (hash.ok && typeof hash.value === 'string') return ok(toHex(Uint8Array.from(JSON.parse(hash.value))))
    if (!hash.ok && hash.error.code !== 'flash/refused') return hash
    transport.discard()
  }
  const back =
    version >= packetsSince
      ? await receiveFile(transport, name, bytes.length)
      : await readByLines(transport, name, bytes.length)
  return back.ok ? ok(sha256Hex(back.value)) : back
}

/** Places of an earlier build, and what it wrote down of them: with these, the board would run what it was updated to. */
const firmwareFiles = [firmwareFile(0), firmwareFile(1), `${firmwareRecord}0`, `${firmwareRecord}1`]

/** An old file of the same name would take its space beside the new one. The lock goes first: without a program it locks us out. */
const erase = async (transport: FlashTransport, image: FlashJob['image']): Promise<Result<null>> => {
  for (const name of new Set([
    bootFiles.lock,
    bootFiles.program,
    ...firmwareFiles,
    ...image.map((file) => file.name),
  ])) {
    const erased = await askLine(transport, `require("Storage").erase("${name}")`)
    if (!erased.ok) return erased
  }
  return ok(null)
}

const verify = async (
  transport: FlashTransport,
  version: number,
  image: FlashJob['image'],
): Promise<Result<string>> => {
  const sums: { readonly name: string; readonly sha256: string }[] = []
  for (const file of image) {
    const sha256 = await sha256OnBoard(transport, version, file)
    if (!sha256.ok) return sha256
    if (sha256.value !== sha256Hex(file.bytes))
      return fail('flash/verify-failed', `${file.name}: it has ${sha256.value}`)
    sums.push({ name: file.name, sha256: sha256.value })
  }
  return ok(sha256OfAll(sums))
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

  const erased = await erase(transport, image)
  if (!erased.ok) return erased
  const total = image.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const send = version >= packetsSince ? sendFile : writeByLines
  let done = 0
  for (const { name, bytes } of image) {
    const sent = await send(transport, name, bytes, (count) => onProgress('write', done + count, total))
    if (!sent.ok) return sent
    done += bytes.length
  }
  onProgress('verify', 0, 0)
  const sha256 = await verify(transport, version, image)
  return sha256.ok ? ok({ chip, bytes: total, sha256: sha256.value }) : sha256
}

/** Espruino over its console: packets where the firmware knows them, lines where it is older. */
export const espruino: FlashProtocol = { write, hello: espruinoHello }
