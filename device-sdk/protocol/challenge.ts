import { concatBytes, fromHex } from './bytes.ts'
import { encode } from './cbor/encode.ts'
import { writeUtf8 } from './cbor/utf8.ts'
import type { Region } from './regions/region.ts'
import type { Sha256 } from './sign1.ts'

const ascii = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  writeUtf8(bytes, 0, text)
  return bytes
}

const nonceLabel = ascii('HXF1 beacon')
const challengeLabel = ascii('HXF1 challenge')
const nonceBytes = 16
/**
 * LoRaWAN 1.0.4 section 4.2.1: message type 111, proprietary. LoRaWAN servers ignore such frames.
 * 24 bytes stay under 400 ms at SF10 and 125 kHz, which US915 allows.
 */
const mhdr = 0xe0
const frameBytes = 24
const selectorBytes = 6

const kidBytes = (kid: string): Uint8Array => fromHex(kid) ?? new Uint8Array(0)

/**
 * The nonce of a beacon: SHA-256("HXF1 beacon" || value || kid || enc(boot) || enc(seq))[0..16), where enc is deterministic
 * CBOR. Nothing of it is for the device to choose: `value` is the entropy of the minute, (boot, seq) the pair of the report
 * that will tell of the beacon.
 */
export const beaconNonce = (
  value: Uint8Array,
  kid: string,
  { boot, seq }: { readonly boot: number | Uint8Array; readonly seq: number },
  sha256: Sha256,
): Uint8Array => sha256(concatBytes([nonceLabel, value, kidBytes(kid), encode(boot), encode(seq)])).slice(0, nonceBytes)

/** What a beacon is on the air. Power is EIRP in 0.1 dBm. */
export type Challenge = {
  readonly frame: Uint8Array
  readonly freqKhz: number
  readonly dr: number
  readonly eirpDdbm: number
}

const pick = <T>(list: readonly T[], stream: Uint8Array, at: number): T => {
  const draw = ((stream[at] as number) << 8) | (stream[at + 1] as number)
  return list[draw % list.length] as T
}

/**
 * Frame, channel, data rate and power of a beacon, derived alike by device and gateway. The stream is block 0 || block 1 ...
 * with block i = SHA-256("HXF1 challenge" || value || kid || nonce || i as four bytes, big-endian). Its bytes 0 to 1, 2 to 3
 * and 4 to 5, big-endian and modulo the lengths of the region's lists, choose channel, data rate and power step; the 23
 * bytes after them follow the frame's first byte, 0xe0.
 */
export const deriveChallenge = (
  value: Uint8Array,
  kid: string,
  nonce: Uint8Array,
  region: Region,
  sha256: Sha256,
): Challenge => {
  const seed = concatBytes([challengeLabel, value, kidBytes(kid), nonce])
  const stream = sha256(concatBytes([seed, new Uint8Array(4)]))
  const frame = new Uint8Array(frameBytes)
  frame[0] = mhdr
  frame.set(stream.subarray(selectorBytes, selectorBytes + frameBytes - 1), 1)
  const { channelsKhz, dataRates, eirpStepsDdbm } = region.beacon
  return {
    frame,
    freqKhz: pick(channelsKhz, stream, 0),
    dr: pick(dataRates, stream, 2),
    eirpDdbm: pick(eirpStepsDdbm, stream, 4),
  }
}

/** Whether a frame can be a beacon: of another's traffic nothing is reported. */
export const isBeaconFrame = (frame: Uint8Array): boolean => frame.length === frameBytes && frame[0] === mhdr
