import type { Place } from './evidence.ts'
import { distanceM } from './geometry.ts'
import type { LocationRules } from './location-rules.ts'

/** A position that a device measured, in 1e-7 degrees. `accuracyM`: one standard deviation; null where it is not told. */
export type GnssReading = { readonly latE7: number; readonly lngE7: number; readonly accuracyM: number | null }

/** What a position says about an asserted place. It is the device's own word: it can support, but prove nothing. */
export type GnssSupport = {
  readonly says: 'supports' | 'contradicts' | 'nothing'
  readonly distanceM: number
  /** As far as the reading may be wrong; null where it does not tell. */
  readonly uncertaintyM: number | null
  /** The distance that still supports. */
  readonly thresholdM: number
}

/** A reading without accuracy is taken for certain to support, and says nothing against. */
export const gnssSupport = (place: Place, reading: GnssReading, rules: LocationRules): GnssSupport => {
  const distance = distanceM(place, reading)
  const uncertaintyM = reading.accuracyM === null ? null : reading.accuracyM * rules.gnssSigmas
  const thresholdM = rules.gnssToleranceM + (uncertaintyM ?? 0)
  const answer = { distanceM: distance, uncertaintyM, thresholdM }
  if (uncertaintyM !== null && uncertaintyM > rules.gnssUncertainM) return { says: 'nothing', ...answer }
  if (distance <= thresholdM) return { says: 'supports', ...answer }
  return { says: uncertaintyM === null ? 'nothing' : 'contradicts', ...answer }
}
