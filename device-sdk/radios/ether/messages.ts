import { fromHex, toHex } from '../../protocol/index.ts'
import type { Heard, Transmission } from '../radio.ts'
import type { Signal, Station } from './propagation.ts'

/** `session` is drawn by the radio when it opens: 16 hex digits. `n` counts its transmissions. */
export type ToAir =
  | { readonly type: 'join'; readonly session: string; readonly station: Station }
  | { readonly type: 'leave'; readonly session: string }
  | { readonly type: 'transmit'; readonly session: string; readonly n: number; readonly transmission: Transmission }

export type ToRadio =
  | { readonly type: 'joined'; readonly session: string }
  /** The air knows no such session: join again. */
  | { readonly type: 'unknown'; readonly session: string }
  | { readonly type: 'sent'; readonly session: string; readonly n: number; readonly atMs: number }
  | { readonly type: 'heard'; readonly session: string; readonly heard: Heard }

type Fields = { readonly [name: string]: unknown }

export const datagramBytesMax = 1_024
const frameBytesMax = 255
const version = 1
const countMax = Number.MAX_SAFE_INTEGER

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isIn = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max

const isIntIn = (value: unknown, min: number, max: number): value is number =>
  isIn(value, min, max) && Number.isSafeInteger(value)

const isSession = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)

export const isFrame = (frame: Uint8Array): boolean => frame.length >= 1 && frame.length <= frameBytesMax

/** @returns null where a part is missing or out of range; what else the object holds is left behind. */
export const readSignal = ({ freqKhz, dr, txDdbm }: Fields): Signal | null =>
  isIntIn(freqKhz, 100_000, 6_000_000) && isIntIn(dr, 0, 15) && isIntIn(txDdbm, -300, 400)
    ? { freqKhz, dr, txDdbm }
    : null

/** @returns null where a part is missing or out of range. */
export const readStation = ({ lat, lng, gainDbi }: Fields): Station | null =>
  isIn(lat, -90, 90) && isIn(lng, -180, 180) && isIn(gainDbi, -30, 30) ? { place: { lat, lng }, gainDbi } : null

/** The JSON object of a datagram with its session; null where it is none of this version. */
const readFields = (datagram: Uint8Array): (Fields & { readonly session: string }) | null => {
  if (datagram.length > datagramBytesMax) return null
  try {
    const fields: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(datagram))
    if (!isFields(fields) || fields.v !== version || !isSession(fields.session)) return null
    return { ...fields, session: fields.session }
  } catch {
    return null
  }
}

const readFrame = (value: unknown): Uint8Array | null => {
  const frame = typeof value === 'string' ? fromHex(value) : null
  return frame !== null && isFrame(frame) ? frame : null
}

/** @returns null where the datagram is no message to an air. */
export const readToAir = (datagram: Uint8Array): ToAir | null => {
  const fields = readFields(datagram)
  if (fields === null) return null
  const { type, session, n } = fields
  if (type === 'leave') return { type, session }
  if (type === 'join') {
    const station = readStation(fields)
    return station === null ? null : { type, session, station }
  }
  const frame = readFrame(fields.frame)
  const signal = readSignal(fields)
  if (type !== 'transmit' || frame === null || signal === null || !isIntIn(n, 0, countMax)) return null
  return { type, session, n, transmission: { frame, ...signal } }
}

/** @returns null where the datagram is no message to a radio. */
export const readToRadio = (datagram: Uint8Array): ToRadio | null => {
  const fields = readFields(datagram)
  if (fields === null) return null
  const { type, session, n, atMs } = fields
  if (type === 'joined' || type === 'unknown') return { type, session }
  if (!isIntIn(atMs, 0, countMax)) return null
  if (type === 'sent') return isIntIn(n, 0, countMax) ? { type, session, n, atMs } : null
  const { rssiDdbm, snrDdb, freqKhz, dr, tmst } = fields
  const frame = readFrame(fields.frame)
  if (type !== 'heard' || frame === null) return null
  if (!isIntIn(rssiDdbm, -3_000, 500) || !isIntIn(snrDdb, -500, 500)) return null
  if (!isIntIn(freqKhz, 100_000, 6_000_000) || !isIntIn(dr, 0, 15) || !isIntIn(tmst, 0, 2 ** 32 - 1)) return null
  return { type, session, heard: { frame, atMs, rssiDdbm, snrDdb, freqKhz, dr, tmst } }
}

const json = (fields: object): Buffer => Buffer.from(JSON.stringify(fields))

/** Messages are flat JSON objects, one in a datagram: `v`, `type`, `session` and the fields of their type, bytes in hex. */
export const writeMessage = (message: ToAir | ToRadio): Buffer => {
  const { type, session } = message
  const head = { v: version, type, session }
  switch (message.type) {
    case 'join':
      return json({ ...head, ...message.station.place, gainDbi: message.station.gainDbi })
    case 'transmit': {
      const { frame, ...signal } = message.transmission
      return json({ ...head, n: message.n, frame: toHex(frame), ...signal })
    }
    case 'sent':
      return json({ ...head, n: message.n, atMs: message.atMs })
    case 'heard': {
      const { frame, ...heard } = message.heard
      return json({ ...head, frame: toHex(frame), ...heard })
    }
    default:
      return json(head)
  }
}
