/** As much of a verdict as words need; a stored row has these. */
export type Explained = {
  readonly kind: string
  readonly rule: string | null
  readonly measured?: number | null
  readonly threshold?: number | null
  readonly unit?: string | null
}

export type Explanation = { readonly margin?: number; readonly flip: string }

type Rule = {
  /** Whether the threshold is the most or the least that passes; absent where nothing is measured. */
  readonly side?: 'most' | 'least'
  /** @param by - how much is missing, in the unit of the measure. */
  readonly flip: (by: string) => string
}

const rules: { readonly [rule: string]: Rule | undefined } = {
  duplicate: { flip: () => 'being the first of this key for this beacon' },
  'beacon-unknown': { flip: () => "the beaconer's own report of the beacon" },
  'gateway-not-found': { flip: () => 'the key registered before the report' },
  'not-located': { flip: () => 'a place asserted as an H3 cell of resolution 12 before the report' },
  denied: { flip: () => 'the key off the denylist' },
  'edge-denied': { flip: () => 'the pair off the denylist, or another hotspot hearing the beacon' },
  incapable: { flip: () => 'a hotspot that may take part in proof of coverage' },
  'self-witness': { flip: () => 'another hotspot hearing the beacon' },
  'invalid-packet': { flip: () => 'the bytes, channel, data rate and power that follow from the entropy' },
  region: { flip: () => 'both ends registered in one region' },
  'entropy-before': { side: 'least', flip: (by) => `sent at least ${by} later, after its entropy was published` },
  'entropy-expired': { side: 'most', flip: (by) => `received at least ${by} earlier` },
  'irregular-interval': { side: 'most', flip: () => 'being the first beacon of the hotspot in its time window' },
  'too-late': { side: 'most', flip: (by) => `received at least ${by} earlier` },
  frequency: { side: 'most', flip: (by) => `heard at least ${by} nearer to the frequency of the beacon` },
  'too-near': { side: 'least', flip: (by) => `at least ${by} farther apart` },
  'too-far': { side: 'most', flip: (by) => `at least ${by} nearer to each other` },
  'rssi-too-strong': { side: 'most', flip: (by) => `at least ${by.replace('dBm', 'dB')} weaker` },
  'no-valid-witnesses': { side: 'least', flip: (by) => `at least ${by} more` },
  'not-selected': { side: 'most', flip: (by) => `received earlier, before at least ${by} more of the others` },
  'beacon-reciprocity': { side: 'most', flip: () => 'a valid witness report of its own less than 48 hours before' },
  'witness-reciprocity': {
    side: 'most',
    flip: () => 'a valid beacon of its own, heard by somebody, less than 48 hours before',
  },
}

const inherited = 'beaconer-'
const unknown: Rule = { flip: () => 'another ruleset' }

const singular: Readonly<Record<string, string>> = { witnesses: 'witness', cells: 'cell', beacons: 'beacon' }

const counted = (count: number, unit: string): string => `${count} ${count === 1 ? (singular[unit] ?? unit) : unit}`

/** Rounded up to a tenth, so that the change that is named suffices. */
const amount = (by: number, unit: string): string => counted(Math.ceil(by * 10) / 10, unit)

/** @param measured - what no beacon can have less of than 0. */
const accepted = (kind: string, measured: number, margin: number | undefined, unit: string): Explanation => {
  if (margin === undefined) return { flip: 'nothing that was measured' }
  if (kind === 'witness') return { margin, flip: `over ${Math.floor(margin * 10) / 10} dB stronger` }
  const fewer = Math.floor(margin) + 1
  return { margin, flip: fewer > measured ? 'nothing that was measured' : `${counted(fewer, unit)} fewer` }
}

/**
 * How far a measure is from its threshold, and what would have turned the verdict, in words. A function of what is stored
 * alone, so that neither needs a place in the log.
 */
export const explain = ({ kind, rule, measured, threshold, unit }: Explained): Explanation => {
  const has = typeof measured === 'number' && typeof threshold === 'number'
  if (rule === null) {
    const inside = has ? (kind === 'witness' ? threshold - measured : measured - threshold) : undefined
    return accepted(kind, measured ?? 0, inside, unit ?? '')
  }
  const ofBeacon = rule.startsWith(inherited)
  const name = rule.replace(/^(beaconer|sender)-/, '')
  const { side, flip } = rules[name] ?? unknown
  const margin = has && side !== undefined ? (side === 'most' ? threshold - measured : measured - threshold) : undefined
  const words = flip(margin === undefined ? '' : amount(Math.abs(margin), unit ?? ''))
  const whose = ofBeacon ? `the beacon accepted: ${words}` : words
  return margin === undefined ? { flip: whose } : { margin, flip: whose }
}
