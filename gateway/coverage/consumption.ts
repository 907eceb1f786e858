/** Somebody took and used what a device delivered: packets carried for them, or readings that they asked for. */
export type ConsumptionEvidence = {
  /** The device that delivered. */
  readonly kid: string
  /** Who consumed: a key or an account. */
  readonly consumer: string
  /** Packets or readings. */
  readonly units: number
}

export type Used = { readonly kid: string; readonly units: number; readonly consumers: number }

/**
 * Adds up what others consumed, by device. Why not one's own: an owner who reads a device all day would pay itself.
 * @param ownerOf - null where nobody claimed the device.
 */
export const usedBy = (evidence: readonly ConsumptionEvidence[], ownerOf: (kid: string) => string | null): Used[] => {
  const by = new Map<string, { units: number; consumers: Set<string> }>()
  for (const { kid, consumer, units } of evidence) {
    if (consumer === kid || consumer === ownerOf(kid) || !(units > 0)) continue
    const own = by.get(kid) ?? { units: 0, consumers: new Set() }
    own.units += units
    by.set(kid, { units: own.units, consumers: own.consumers.add(consumer) })
  }
  return [...by]
    .map(([kid, { units, consumers }]) => ({ kid, units, consumers: consumers.size }))
    .sort((a, b) => (a.kid < b.kid ? -1 : 1))
}

/** The factor of a device of which `units` were consumed: 1 for none, towards `useMax` for many; half-way at `useHalf`. */
export const useFactor = (units: number, { useMax = 1, useHalf = 1 }: { useMax?: number; useHalf?: number }): number =>
  1 + ((useMax - 1) * units) / (units + useHalf)
