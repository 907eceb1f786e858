import type { Result } from '../../protocol/index.ts'
import { fail, ok, toHex } from '../../protocol/index.ts'

/** Identifiers of Semtech's gateway-to-server protocol (PROTOCOL.TXT of the packet forwarder), version 2. */
export const pushData = 0x00
export const pushAck = 0x01
export const pullData = 0x02
export const pullResp = 0x03
export const pullAck = 0x04
export const txAck = 0x05

const version = 2
const headerBytes = 4
const euiBytes = 8
/** Which identifiers carry the EUI of the gateway after the header. */
const withEui: readonly number[] = [pushData, pullData, txAck]

/** A datagram of the protocol. `eui` in 16 hex digits where its kind carries one, `body` the JSON text after that. */
export type Datagram = {
  readonly kind: number
  readonly token: number
  readonly eui: string | null
  readonly body: string
}

/** Errors: radio/malformed. */
export const readDatagram = (bytes: Uint8Array): Result<Datagram> => {
  const kind = bytes[3]
  if (bytes.length < headerBytes || kind === undefined || kind > txAck)
    return fail('radio/malformed', `${bytes.length} bytes of no known kind`)
  // Version 1 differs in what it acknowledges; nobody has sent it for ten years.
  if (bytes[0] !== version) return fail('radio/malformed', `protocol version ${bytes[0]}`)
  const token = ((bytes[1] as number) << 8) | (bytes[2] as number)
  const hasEui = withEui.includes(kind)
  const bodyAt = headerBytes + (hasEui ? euiBytes : 0)
  if (bytes.length < bodyAt) return fail('radio/malformed', 'cut within the gateway EUI')
  const eui = hasEui ? toHex(bytes.subarray(headerBytes, bodyAt)) : null
  // Some forwarders end the text with a zero byte.
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + bodyAt, bytes.length - bodyAt)
    .toString('utf8')
    .replace(/\0+$/, '')
  return ok({ kind, token, eui, body })
}

/** A datagram from server to forwarder: no kind of it carries an EUI. */
export const writeDatagram = (kind: number, token: number, body = ''): Uint8Array =>
  Buffer.concat([Buffer.of(version, token >> 8, token & 0xff, kind), Buffer.from(body)])

/** The same bytes under another token. */
export const withToken = (bytes: Uint8Array, token: number): Uint8Array => {
  const copy = bytes.slice()
  copy[1] = token >> 8
  copy[2] = token & 0xff
  return copy
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON object of a datagram; an empty body is an empty object. Errors: radio/malformed. */
export const readBody = (body: string): Result<Readonly<Record<string, unknown>>> => {
  try {
    const value: unknown = body.trim() === '' ? {} : JSON.parse(body)
    return isRecord(value) ? ok(value) : fail('radio/malformed', 'the body is no JSON object')
  } catch {
    return fail('radio/malformed', 'the body is no JSON')
  }
}
