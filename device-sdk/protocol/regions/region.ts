import eu868 from './eu868.json' with { type: 'json' }
import us915 from './us915.json' with { type: 'json' }

/** A LoRa data rate of a region's plan. */
export type DataRate = { readonly dr: number; readonly sf: number; readonly bandwidthKhz: number }

/**
 * A part of the spectrum with limits of its own, from `fromKhz` up to `toKhz`. Power is EIRP in 0.1 dBm. `dutyPpm`: at most
 * that many millionths of any hour on the air. `dwell`: at most that long on one channel in any window.
 */
export type SubBand = {
  readonly fromKhz: number
  readonly toKhz: number
  readonly eirpDdbmMax: number
  readonly dutyPpm?: number
  readonly dwell?: { readonly airtimeMsMax: number; readonly windowMs: number }
}

/** What may be sent where, as data: a region is added by a file beside these and a line here. */
export type Region = {
  readonly id: string
  readonly name: string
  /** The standards and rules that the numbers come from. */
  readonly sources: readonly string[]
  readonly dataRates: readonly DataRate[]
  readonly subBands: readonly SubBand[]
  /** What a beacon is drawn from. The order counts: a derived index points into these lists. */
  readonly beacon: {
    readonly channelsKhz: readonly number[]
    readonly dataRates: readonly number[]
    readonly eirpStepsDdbm: readonly number[]
  }
}

export const regions: readonly Region[] = [eu868, us915]

export const regionOf = (id: string): Region | null => regions.find((region) => region.id === id) ?? null

export const dataRateOf = (region: Region, dr: number): DataRate | null =>
  region.dataRates.find((rate) => rate.dr === dr) ?? null

/** The part of the spectrum that a channel of this bandwidth lies in whole; null where it may not be sent on. */
export const subBandOf = (region: Region, freqKhz: number, bandwidthKhz: number): SubBand | null =>
  region.subBands.find(
    ({ fromKhz, toKhz }) => freqKhz - bandwidthKhz / 2 >= fromKhz && freqKhz + bandwidthKhz / 2 <= toKhz,
  ) ?? null
