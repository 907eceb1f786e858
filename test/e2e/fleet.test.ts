import { expect, it } from 'vitest'
import { runFleet } from '../../bench/fleet/run.ts'

it('twelve hotspots beacon and witness; every submission is judged once, every proof holds, every epoch replays', {
  timeout: 60_000,
}, async () => {
  const fleet = await runFleet({ hotspots: 12, forS: 6, beaconEveryS: 2, epochS: 5 })
  expect(fleet).toMatchObject({ hotspots: 12, brokenProofs: 0, differences: 0, failed: 0 })
  expect(fleet.beacons).toBeGreaterThanOrEqual(12)
  expect(fleet.witnesses).toBeGreaterThanOrEqual(12)
  expect(fleet.verdicts).toBe(fleet.submissions)
  expect(fleet.byCode.accepted).toBeGreaterThan(fleet.verdicts / 2)
  expect(fleet.proofs).toBeGreaterThanOrEqual(12)
})
