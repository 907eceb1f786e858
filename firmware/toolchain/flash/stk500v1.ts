import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok, toHex } from '../../../device-sdk/protocol/index.ts'
import { firmataHello } from './firmata-hello.ts'
import type { Flashed, FlashJob, FlashProtocol } from './protocol.ts'
import { sha256Hex } from './protocol.ts'
import type { FlashTransport } from './transport.ts'

/** Atmel application note AVR061, STK500 communication protocol, sections 2 and 4. */
const getSync = 0x30
const enterProgramming = 0x50
const leaveProgramming = 0x51
const loadAddress = 0x55
const programPage = 0x64
const readPage = 0x74
const readSignature = 0x75
const flashMemory = 0x46
const endOfCommand = 0x20
const inSync = 0x14
const okByte = 0x10

const answerMs = 1_000
const syncMs = 200
const resetsMax = 4
const syncsMax = 5
const signatureBytes = 3

/** One command. @returns its answer of `count` bytes. Errors: flash/no-answer, and those of the transport. */
const ask = async (transport: FlashTransport, command: readonly number[], count = 0): Promise<Result<Uint8Array>> => {
  const sent = await transport.send(Uint8Array.from([...command, endOfCommand]))
  if (!sent.ok) return sent
  const answer = await transport.take(count + 2, answerMs)
  if (!answer.ok) return answer
  const { value } = answer
  if (value[0] === inSync && value[count + 1] === okByte) return ok(value.subarray(1, -1))
  return fail('flash/no-answer', `${transport.path}: ${value.length} bytes of ${count + 2}`)
}

/** A falling DTR resets an Arduino through a capacitor, and its boot loader listens for a second. */
const resetByDtr = async ({ control }: FlashTransport): Promise<void> => {
  await control({ dtr: false, rts: false })
  await pause(50)
  await control({ dtr: true, rts: true })
  await pause(50)
}

const connect = async ({ transport, board }: FlashJob): Promise<Result<null>> => {
  for (let reset = 0; reset < resetsMax; reset++) {
    await resetByDtr(transport)
    for (let sync = 0; sync < syncsMax; sync++) {
      transport.discard()
      const sent = await transport.send(Uint8Array.from([getSync, endOfCommand]))
      if (!sent.ok) return sent
      const answer = await transport.take(2, syncMs)
      if (!answer.ok) return answer
      if (answer.value[0] !== inSync || answer.value[1] !== okByte) continue
      // An answer to an earlier try may still be on its way.
      await pause(syncMs / 4)
      transport.discard()
      return ok(null)
    }
  }
  return fail(
    'flash/no-sync',
    `${transport.path}; to start its boot loader: ${board.flash.manualBoot ?? 'press RESET'}`,
  )
}

const loadPage = (transport: FlashTransport, byte: number) =>
  ask(transport, [loadAddress, (byte >> 1) & 0xff, byte >> 9])

const firstDifference = (a: Uint8Array, b: Uint8Array): number => a.findIndex((byte, i) => byte !== b[i])

const write = async (job: FlashJob): Promise<Result<Flashed>> => {
  const { transport, board, onProgress } = job
  const image = job.image[0].bytes
  const pageBytes = board.flash.pageBytes ?? 128
  const pages = Math.ceil(image.length / pageBytes)
  const total = pages * pageBytes
  const padded = new Uint8Array(total).fill(0xff)
  padded.set(image)
  onProgress('connect', 0, 0)
  const connected = await connect(job)
  if (!connected.ok) return connected

  onProgress('check', 0, 0)
  const signature = await ask(transport, [readSignature], signatureBytes)
  if (!signature.ok) return signature
  const chip = toHex(signature.value)
  const expected = board.mcu.signature?.toLowerCase() ?? 'none in its manifest'
  if (chip !== expected) return fail('flash/wrong-chip', `signature ${chip}; ${board.mcu.part} has ${expected}`)

  const entered = await ask(transport, [enterProgramming])
  if (!entered.ok) return entered
  for (let at = 0; at < total; at += pageBytes) {
    const page = padded.subarray(at, at + pageBytes)
    const loaded = await loadPage(transport, at)
    if (!loaded.ok) return loaded
    const written = await ask(transport, [programPage, pageBytes >> 8, pageBytes & 0xff, flashMemory, ...page])
    if (!written.ok) return written
    onProgress('write', at + pageBytes, total)
  }
  const back = new Uint8Array(total)
  for (let at = 0; at < total; at += pageBytes) {
    const loaded = await loadPage(transport, at)
    if (!loaded.ok) return loaded
    const read = await ask(transport, [readPage, pageBytes >> 8, pageBytes & 0xff, flashMemory], pageBytes)
    if (!read.ok) return read
    back.set(read.value, at)
    onProgress('verify', at + pageBytes, total)
  }
  const sha256 = sha256Hex(back.subarray(0, image.length))
  if (sha256 === sha256Hex(image)) return ok({ chip, bytes: image.length, sha256 })
  return fail('flash/verify-failed', `first at address ${firstDifference(image, back)}`)
}

/** STK500v1 as Optiboot and the older boot loaders of Arduinos speak it. */
export const stk500v1: FlashProtocol = {
  write,
  hello: async (job) => {
    const left = await ask(job.transport, [leaveProgramming])
    return left.ok ? firmataHello(job) : left
  },
}
