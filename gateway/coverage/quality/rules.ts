/** Limits of one measured quantity, in the unit of its standard schema. */
export type FieldRules = {
  readonly unit: string
  readonly min: number
  readonly max: number
  /** The most that it changes within a minute. */
  readonly jumpPerMin?: number
  /** So long it may stay the same. */
  readonly frozenMin?: number
  /** The most that it differs from the middle one of its neighbours. */
  readonly neighbourDiff?: number
}

/** What a ruleset says about the quality of data. Source of the figures: WeatherXM, Quality of Data. */
export type QualityRules = {
  readonly fields: { readonly [name: string]: FieldRules }
  /** The part of an hour's expected readings that makes the hour count. */
  readonly availability: number
  /** With fewer neighbours there is no comparison. */
  readonly neighboursMin: number
  /** Readings of neighbours this near in time are compared. */
  readonly neighbourMs: number
  /** H3 resolution of the cells in which neighbours stand; absent: nobody is compared. */
  readonly neighbourResolution?: number
  /** So many rings of cells around one's own. */
  readonly neighbourRings?: number
  /** So many owners are heard at most, the nearest ones. */
  readonly neighboursMax?: number
  readonly energy: {
    /** Part of the expected energy, and Wh, by which power and meter may disagree. */
    readonly slopePart: number
    readonly slopeWh: number
  }
}
