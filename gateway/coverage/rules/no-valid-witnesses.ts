import type { Ruleset } from '../ruleset.ts'
import type { Finding, Measure } from '../verdict.ts'

/** @param witnesses - how many valid witnesses the beacon has. */
export const heardBy = (witnesses: number, { coverage }: Ruleset): Measure => ({
  measured: witnesses,
  threshold: coverage.minValidWitnesses ?? 1,
  unit: 'witnesses',
})

/** @param witnesses - how many valid witnesses the beacon has. */
export const noValidWitnesses = (witnesses: number, ruleset: Ruleset): Finding | null =>
  witnesses >= (ruleset.coverage.minValidWitnesses ?? 1)
    ? null
    : { code: 'coverage/no-valid-witnesses', rule: 'no-valid-witnesses', ...heardBy(witnesses, ruleset) }
