import type { CborValue } from '../protocol/index.ts'
import { decode, encode, isList } from '../protocol/index.ts'
import type { Heard, Transmission } from './radio.ts'
import type { Station } from './propagation.ts'

/** What travels between a simulated radio and the air, a datagram each: deterministic CBOR, the first element says which. */
export type ToAir = { readonly kind: 'join'; readonly station: Station } | ({ readonly kind: 'send' } & Transmission)

const join = 0
const send = 1
const micro = 1e6

const isWhole = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isInteger(value)

export const writeJoin = ({ lat, lng, gainDbi }: Station): Uint8Array =>
  encode([join, Math.round(lat * micro), Math.round(lng * micro), Math.round(gainDbi * 10)])

export const writeSend = ({ frame, freqKhz, dr, txDdbm }: Transmission): Uint8Array => encode([send, frame, freqKhz, dr, txDdbm])

export const readToAir = (datagram: Uint8Array): ToAir | null => {
  const decoded = decode(datagram)
  if (!decoded.ok || !isList(decoded.value)) return null
  const [kind, a, b, c, d] = decoded.value
  if (kind === join && isWhole(a) && isWhole(b) && isWhole(c)) {
    return { kind: 'join', station: { lat: a / micro, lng: b / micro, gainDbi: c / 10 } }
  }
  if (kind !== send || !(a instanceof Uint8Array) || !isWhole(b) || !isWhole(c) || !isWhole(d)) return null
  return { kind: 'send', frame: a, freqKhz: b, dr: c, txDdbm: d }
}

export const writeHeard = ({ frame, rssiDdbm, snrDdb, freqKhz, dr }: Omit<Heard, 'atMs'>): Uint8Array =>
  encode([frame, rssiDdbm, snrDdb, freqKhz, dr])

/** What a radio heard; null for anything else. An empty array is the air's answer to joining. */
export const readFromAir = (datagram: Uint8Array): Omit<Heard, 'atMs'> | 'joined' | null => {
  const decoded = decode(datagram)
  if (!decoded.ok || !isList(decoded.value)) return null
  if (decoded.value.length === 0) return 'joined'
  const [frame, rssiDdbm, snrDdb, freqKhz, dr] = decoded.value
  if (!(frame instanceof Uint8Array) || !isWhole(rssiDdbm) || !isWhole(freqKhz) || !isWhole(dr)) return null
  return snrDdb === null || isWhole(snrDdb) ? { frame, rssiDdbm, snrDdb, freqKhz, dr } : null
}

export const joined = encode([])
