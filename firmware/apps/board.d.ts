/**
 * The board that an application is built for: `hexfix build` makes this module from the board's manifest, the wiring and the
 * configuration. An application is written against it once, for Node and for Espruino.
 */
declare module 'hexfix:board' {
  /** What is wired under this name; null where this board has none. */
  export type Source = { readonly ref: string } | null
  /** A part by the `ref` of its wiring. */
  export const sensor: (ref: string) => Source
  /** Reads what is there, signs it and delivers it, in the rhythm of the configuration, until the board is switched off. */
  export const report: (sources: readonly Source[]) => void
  /** Beacons and witnesses with the radio of the configuration. Under Node only. */
  export const hotspot: () => void
}
