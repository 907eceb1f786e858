import { filePackets } from './file-packets.ts'
import type { Files, Flash } from './flash.ts'
import { ack, ctrlC, dle, encodePacket, nak, type Packet, packetReader, packetTypes } from './packets.ts'

/** What the console has of its board. */
export type ConsoleDeps = {
  readonly files: Files
  readonly flash: Flash
  /** To the line that has the console; to nobody where none has. */
  send(bytes: Uint8Array): void
  /** The value, or null for code that threw, which is told. */
  evaluate(code: string): { readonly value: unknown } | null
}

// A packet that is not whole so long after its first byte is answered NAK: the timer of jsiPacketStart in 2v29.
const packetMsMax = 5000
/** jsiHandleConsoleChar takes no more of a password. */
const passwordCharsMax = 20
const latin1 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The console of Espruino 2v29 as the bytes of its line go in: a password, lines, packets. Source: jsiHandleConsoleChar, src/jsinteractive.c. */
export const openConsole = ({ files, flash, send, evaluate }: ConsoleDeps) => {
  let echo = true
  let line = ''
  let password: string | null = null
  let isProtected = false
  let timer: NodeJS.Timeout | undefined
  const reply = (packet: Packet): void => send(encodePacket(packet))
  const answer = (good: boolean): void => send(Uint8Array.of(good ? ack : nak))
  const packetFiles = filePackets(files, flash, reply)

  const run = (data: Uint8Array): void => {
    const result = evaluate(text(data))
    answer(result !== null)
    if (result === null) return
    const value = result.value === undefined ? 'undefined' : (JSON.stringify(result.value) ?? 'undefined')
    reply({ type: packetTypes.response, data: latin1(value) })
  }
  const takePacket = ({ type, data }: Packet): void => {
    if (type === packetTypes.eval) run(data)
    else if (type === packetTypes.fileSend) answer(packetFiles.open(data))
    else if (type === packetTypes.data) answer(packetFiles.write(data))
    else if (type === packetTypes.fileReceive) {
      if (!packetFiles.send(data, () => answer(true))) answer(false)
    } else answer(false)
  }
  const takePassword = (byte: number): void => {
    if (byte !== 10 && byte !== 13) {
      if (line.length < passwordCharsMax) line += String.fromCharCode(byte)
      return
    }
    if (line === password) isProtected = false
    line = ''
    send(latin1(isProtected ? '\r\n  Invalid password\r\npassword>' : '\r\n  Logged in.\r\n'))
  }
  const takeKey = (byte: number): void => {
    if (byte === ctrlC) line = ''
    else if (byte === dle) echo = false
    else if (byte === 10 || byte === 13) {
      const code = line
      line = ''
      if (code.trim() === '') return
      const result = evaluate(code)
      if (echo && result !== null) send(latin1(`=${result.value}\r\n>`))
    } else line += String.fromCharCode(byte)
  }
  const reader = packetReader(takePacket, takeKey)
  const takeByte = (byte: number): void => {
    const wasInside = reader.isInside()
    reader.write(Uint8Array.of(byte))
    if (wasInside === reader.isInside()) return
    clearTimeout(timer)
    if (wasInside) return
    timer = setTimeout(() => {
      reader.abandon()
      answer(false)
    }, packetMsMax)
    timer.unref()
  }
  return {
    write: (bytes: Uint8Array): void => {
      for (const byte of bytes) {
        if (isProtected) takePassword(byte)
        else takeByte(byte)
      }
    },
    /** Code that runs is broken off by Ctrl-C: jsiCtrlC. */
    breaksOff: (): boolean => !isProtected,
    setPassword: (value: unknown): void => {
      password = value === undefined ? null : String(value)
    },
    lock: (): void => {
      if (password !== null) isProtected = true
    },
    /** A password is in the memory that a restart clears; that it is asked for stays until the power is gone (JSIS_SOFTINIT_MASK). */
    restart: (isPower: boolean): void => {
      echo = true
      line = ''
      password = null
      if (isPower) isProtected = false
      reader.abandon()
      clearTimeout(timer)
    },
    stop: (): void => {
      clearTimeout(timer)
      packetFiles.close()
    },
  }
}
