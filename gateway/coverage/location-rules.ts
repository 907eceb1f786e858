/** What a ruleset says about places. */
export type LocationRules = {
  /** For so long after a move the hotspot's units are scaled by `moveScale`: the price of a move. */
  readonly settleMs: number
  readonly moveScale: number
  /** How far from the asserted cell's centre a position may lie, besides its own uncertainty. */
  readonly gnssToleranceM: number
  /** A position that is less certain than this says nothing. */
  readonly gnssUncertainM: number
  /** A position's stated accuracy is one standard deviation; so many of them count. */
  readonly gnssSigmas: number
  /** Mapping older than this says nothing. */
  readonly mapMaxAgeMs: number
}
