import type { ConsumptionEvidence, Ruleset } from '../coverage/index.ts'
import { usedBy, useFactor } from '../coverage/index.ts'
import type { HeirOf } from '../registry/index.ts'
import type { Taken } from './evidence.ts'
import { countedReport, readingsOf } from './evidence.ts'

type Whose = {
  readonly epoch: number
  readonly heirOf: HeirOf
  /** Address, in hex, that gets the money of a device: as a consumer it does not count for it. */
  readonly owners: ReadonlyMap<string, string>
}

/** The use factor of each device of which somebody else took readings. How many a report has is counted anew from the log. */
export const usesOf = (taken: Iterable<Taken>, { epoch, heirOf, owners }: Whose, { rewards }: Ruleset) => {
  const evidence: ConsumptionEvidence[] = []
  for (const { consumer, entry } of taken) {
    const report = countedReport(entry, epoch)
    if (report !== null) evidence.push({ kid: heirOf(entry.kid), consumer, units: readingsOf(report) })
  }
  const used = usedBy(evidence, (kid) => owners.get(kid) ?? null)
  return new Map(used.map(({ kid, units }) => [kid, useFactor(units, rewards)]))
}
