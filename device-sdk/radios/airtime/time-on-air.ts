import type { DataRate } from '../../protocol/index.ts'

const preambleSymbols = 8
/** Coding rate 4/5. */
const codingRate = 1
/** From this length of a symbol on, low data rate optimisation is on. */
const longSymbolUs = 16_000

/**
 * Microseconds that a LoRa packet is on the air: explicit header, CRC, coding rate 4/5, eight symbols of preamble.
 * Source: Semtech AN1200.13, section 4 (SX1272/76 data sheet, section 4.1.1.7).
 */
export const timeOnAirUs = ({ sf, bandwidthKhz }: DataRate, bytes: number): number => {
  const symbolUs = (2 ** sf * 1_000) / bandwidthKhz
  const optimised = symbolUs >= longSymbolUs ? 1 : 0
  const blocks = Math.ceil((8 * bytes - 4 * sf + 28 + 16) / (4 * (sf - 2 * optimised)))
  const payloadSymbols = 8 + Math.max(blocks * (codingRate + 4), 0)
  return Math.ceil((preambleSymbols + 4.25 + payloadSymbols) * symbolUs)
}
