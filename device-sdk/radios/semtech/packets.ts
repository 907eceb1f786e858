import type { Region } from '../../protocol/index.ts'
import { dataRateOf } from '../../protocol/index.ts'
import type { Airtime } from '../airtime/ledger.ts'
import { timeOnAirUs } from '../airtime/time-on-air.ts'
import type { Heard, Transmission } from '../radio.ts'
import { isRecord } from './datagram.ts'

const payloadBytesMax = 255
const isWithin = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max

/** `SF7BW125`: spreading factor and bandwidth in kHz. */
const drOfDatr = (datr: unknown, region: Region): number | null => {
  const [, sf, bandwidth] = /^SF([0-9]{1,2})BW([0-9]{3})$/.exec(typeof datr === 'string' ? datr : '') ?? []
  const rate = region.dataRates.find((one) => one.sf === Number(sf) && one.bandwidthKhz === Number(bandwidth))
  return rate?.dr ?? null
}

const bytesOf = (data: unknown, size: unknown): Uint8Array | null => {
  // PROTOCOL.TXT section 4: base64, padding optional.
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/]{1,340}={0,2}$/.test(data)) return null
  const bytes = new Uint8Array(Buffer.from(data, 'base64'))
  return bytes.length === size && bytes.length <= payloadBytesMax ? bytes : null
}

/** One received packet of `rxpk`; null where it is no sound LoRa packet of this region's plan. */
export const readRxpk = (packet: unknown, atMs: number, region: Region): Heard | null => {
  // stat 1: the CRC holds. What came damaged or without one is nobody's evidence.
  if (!isRecord(packet) || packet.stat !== 1 || packet.modu !== 'LORA') return null
  const { tmst, freq, datr, rssi, lsnr, size, data } = packet
  const frame = bytesOf(data, size)
  const dr = drOfDatr(datr, region)
  if (frame === null || dr === null || !isWithin(freq, 100, 3_000)) return null
  if (!isWithin(rssi, -200, 50) || !isWithin(lsnr, -50, 50)) return null
  if (!isWithin(tmst, 0, 0xffff_ffff) || !Number.isInteger(tmst)) return null
  const freqKhz = Math.round(freq * 1_000)
  return { frame, atMs, rssiDdbm: Math.round(rssi * 10), snrDdb: Math.round(lsnr * 10), freqKhz, dr, tmst }
}

/**
 * The `txpk` of a transmission at once, with the polarity of an uplink, so that other hotspots hear it.
 * @param powerDbm - at the connector of the concentrator, whole dBm.
 */
export const writeTxpk = ({ frame, freqKhz, dr }: Transmission, powerDbm: number, region: Region): string => {
  const rate = dataRateOf(region, dr)
  if (rate === null) throw new RangeError(`${region.id} has no data rate ${dr}`)
  const txpk = {
    imme: true,
    freq: freqKhz / 1_000,
    rfch: 0,
    powe: powerDbm,
    modu: 'LORA',
    datr: `SF${rate.sf}BW${rate.bandwidthKhz}`,
    codr: '4/5',
    ipol: false,
    prea: 8,
    size: frame.length,
    data: Buffer.from(frame).toString('base64'),
  }
  return JSON.stringify({ txpk })
}

/** What a foreign `txpk` costs in airtime; null where it cannot be told, such as for FSK. */
export const airtimeOfTxpk = (txpk: unknown, atMs: number, region: Region): Airtime | null => {
  if (!isRecord(txpk) || !isWithin(txpk.freq, 100, 3_000) || !isWithin(txpk.size, 1, payloadBytesMax)) return null
  const dr = drOfDatr(txpk.datr, region)
  const rate = dr === null ? null : dataRateOf(region, dr)
  if (rate === null) return null
  const { bandwidthKhz } = rate
  return { atMs, freqKhz: Math.round(txpk.freq * 1_000), bandwidthKhz, airtimeUs: timeOnAirUs(rate, txpk.size) }
}

/** What TX_ACK says: the forwarder's error, or null, and the power that it used instead of the asked one. */
export const readTxAck = (
  body: Readonly<Record<string, unknown>>,
): { error: string | null; powerDbm: number | null } => {
  const ack = isRecord(body.txpk_ack) ? body.txpk_ack : {}
  const { error, warn, value } = ack
  const failed = typeof error === 'string' && error !== 'NONE' ? error.slice(0, 40) : null
  const lowered = warn === 'TX_POWER' && typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : null
  return { error: failed, powerDbm: lowered }
}
