import { createHash } from 'node:crypto'
import { constants, inflateSync } from 'node:zlib'

/**
 * The serial protocol of Espressif's chips, as its documentation has it (esptool, "Serial Protocol"): the loader in the ROM, and
 * the stub that a host loads into RAM, which is taken to run once its bytes and its entry point are there.
 */
const ops = {
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  readReg: 0x0a,
  deflBegin: 0x10,
  deflData: 0x11,
  deflEnd: 0x12,
  md5: 0x13,
  securityInfo: 0x14,
}
const romErrors = { invalid: 5, checksum: 7 }
const stubErrors = { checksum: 0xc1, notInFlashMode: 0xc6, inflate: 0xc7, unknown: 0xff }
const sectorBytes = 4096
const romSync = 0x5555_2007
const syncAnswers = 8
/** What the register at 0x40001000 holds; a chip that tells its number by GET_SECURITY_INFO has the number of its images. */
const magicAddress = 0x4000_1000
const chips = {
  ESP32: { magic: 0x00f0_1d83, id: null },
  'ESP32-C3': { magic: 0x6921_506f, id: 5 },
  'ESP32-S3': { magic: 0x0000_0009, id: 9 },
}
export type EspChip = keyof typeof chips

/** SLIP, RFC 1055: END, ESC, and what stands for them. */
const [end, escapeByte, escapedEnd, escapedEscape] = [0xc0, 0xdb, 0xdc, 0xdd]
const slip = (packet: Uint8Array): Buffer =>
  Buffer.from([
    end,
    ...[...packet].flatMap((byte) =>
      byte === end ? [escapeByte, escapedEnd] : byte === escapeByte ? [escapeByte, escapedEscape] : [byte],
    ),
    end,
  ])
const slipReader = (onPacket: (packet: Buffer) => void) => {
  let packet: number[] = []
  let escaped = false
  return (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (byte === end) {
        const whole = Buffer.from(packet)
        packet = []
        if (whole.length > 0) onPacket(whole)
      } else if (byte === escapeByte) escaped = true
      else {
        packet.push(escaped ? (byte === escapedEnd ? end : escapeByte) : byte)
        escaped = false
      }
    }
  }
}

const checksum = (data: Uint8Array): number => data.reduce((sum, byte) => sum ^ byte, 0xef)
const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer)

export type LoaderOptions = {
  readonly chip: EspChip
  readonly flash: Uint8Array
  readonly send: (bytes: Uint8Array) => void
  /** What becomes of bytes on their way into the flash. */
  readonly spoil?: (bytes: Buffer, address: number) => Buffer
}

/** One life of the loader, from reset to reset. @returns what takes the bytes of the host. */
export const espLoader = ({ chip, flash, send, spoil = (bytes) => bytes }: LoaderOptions) => {
  const { magic, id } = chips[chip]
  let stub = false
  const ram: { readonly address: number; bytes: Buffer }[] = []
  let image: { readonly address: number; readonly size: number; packed: Buffer; written: number } | null = null

  const reply = (op: number, { value = 0, data = Buffer.alloc(0), error = 0 } = {}): void => {
    const status = Buffer.from(error === 0 ? [0, 0] : [1, error])
    // The ROM of the ESP32 has two more bytes of status, which say nothing.
    const body = Buffer.concat([data, status, Buffer.alloc(stub || id !== null ? 0 : 2)])
    const head = Buffer.from([1, op, body.length & 0xff, body.length >> 8])
    send(slip(Buffer.concat([head, words(value), body])))
  }
  const refuse = (op: number, rom: number, ofStub: number): void => reply(op, { error: stub ? ofStub : rom })
  const program = (address: number, bytes: Buffer): void => {
    // Flash: a sector is erased to ones as the writing comes to it, and programming only clears bits.
    for (let at = address; at < address + bytes.length; at++) {
      if (at % sectorBytes === 0) flash.fill(0xff, at, at + sectorBytes)
      flash[at] = (flash[at] ?? 0) & (bytes[at - address] ?? 0xff)
    }
  }
  const unpack = (op: number, data: Buffer): void => {
    if (image === null) {
      refuse(op, romErrors.invalid, stubErrors.notInFlashMode)
      return
    }
    image.packed = Buffer.concat([image.packed, data])
    try {
      const all = inflateSync(image.packed, { finishFlush: constants.Z_SYNC_FLUSH })
      const address = image.address + image.written
      program(address, spoil(all.subarray(image.written), address))
      image.written = all.length
      reply(op)
    } catch {
      refuse(op, romErrors.invalid, stubErrors.inflate)
    }
  }

  type Word = (i: number) => number
  const commands: { readonly [op: number]: (word: Word, block: Buffer) => void } = {
    [ops.sync]: () => {
      for (let i = 0; i < (stub ? 1 : syncAnswers); i++) reply(ops.sync, { value: stub ? 0 : romSync })
    },
    [ops.readReg]: (word) => reply(ops.readReg, { value: word(0) === magicAddress ? magic : 0 }),
    [ops.securityInfo]: () => {
      if (id === null) refuse(ops.securityInfo, romErrors.invalid, stubErrors.unknown)
      else reply(ops.securityInfo, { data: Buffer.concat([Buffer.alloc(12), words(id, 0)]) })
    },
    [ops.memBegin]: (word) => {
      ram.push({ address: word(3), bytes: Buffer.alloc(0) })
      reply(ops.memBegin)
    },
    [ops.memData]: (_, block) => {
      const part = ram.at(-1)
      if (part !== undefined) part.bytes = Buffer.concat([part.bytes, block])
      reply(ops.memData)
    },
    [ops.memEnd]: (word) => {
      const entry = word(1)
      if (!ram.some(({ address, bytes }) => entry >= address && entry < address + bytes.length)) {
        refuse(ops.memEnd, romErrors.invalid, stubErrors.unknown)
        return
      }
      reply(ops.memEnd)
      stub = true
      send(slip(Buffer.from('OHAI')))
    },
    [ops.deflBegin]: (word) => {
      image = { address: word(3), size: word(0), packed: Buffer.alloc(0), written: 0 }
      reply(ops.deflBegin)
    },
    [ops.deflData]: (_, block) => unpack(ops.deflData, block),
    [ops.deflEnd]: () => {
      const isAll = image !== null && image.written === image.size
      image = null
      if (isAll) reply(ops.deflEnd)
      else refuse(ops.deflEnd, romErrors.invalid, stubErrors.inflate)
    },
    [ops.md5]: (word) => {
      const md5 = createHash('md5').update(flash.subarray(word(0), word(0) + word(1)))
      reply(ops.md5, { data: stub ? md5.digest() : Buffer.from(md5.digest('hex')) })
    },
  }

  return slipReader((packet) => {
    if (packet.length < 8 || packet[0] !== 0) return
    const op = packet[1] ?? 0
    const data = packet.subarray(8)
    const word: Word = (i) => (data.length < 4 * i + 4 ? 0 : data.readUInt32LE(4 * i))
    const block = data.subarray(16)
    const carries = op === ops.memData || op === ops.deflData
    const command = commands[op]
    if (command === undefined) refuse(op, romErrors.invalid, stubErrors.unknown)
    else if (carries && (checksum(block) !== packet.readUInt32LE(4) || word(0) !== block.length)) {
      refuse(op, romErrors.checksum, stubErrors.checksum)
    } else command(word, block)
  })
}
