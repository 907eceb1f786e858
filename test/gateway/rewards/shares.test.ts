import { keccak_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import type { BeaconEvidence, Evidence, Ruleset } from '../../../gateway/coverage/index.ts'
import { firstCoverage, namedProfile } from '../../../gateway/coverage/index.ts'
import { closeEpoch } from '../../../gateway/rewards/index.ts'
import { beacon, judgedBy, kidOf, witness } from '../coverage/scene.ts'
import { printedSeed } from '../seed.ts'

const seed = printedSeed()
const devices = 12
const addresses = new Map(Array.from({ length: devices + 1 }, (_, i) => [kidOf(i), new Uint8Array(20).fill(i)]))
const budgets = fc.bigInt({ min: 0n, max: 10n ** 15n })

const close = (evidence: readonly Evidence[], budget: bigint, ruleset: Ruleset = firstCoverage, issued?: bigint) =>
  closeEpoch({
    epoch: 1,
    budget,
    issued,
    verdicts: judgedBy(ruleset, evidence),
    sensors: [],
    addresses,
    ruleset,
    keccak256: keccak_256,
  })
const told = ({ rows, root, paid, carried }: ReturnType<typeof close>) =>
  JSON.stringify([
    rows.map(({ kid, points, amount }) => `${kid} ${points} ${amount}`),
    toHex(root),
    `${paid}`,
    `${carried}`,
  ])

/** Beacons with their witnesses, each pair of key and beacon once; some are refused. */
const epochs: fc.Arbitrary<Evidence[]> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: devices }),
      fc.uniqueArray(fc.integer({ min: 1, max: devices }), { maxLength: devices }),
      fc.nat(5),
    ),
    { maxLength: 8 },
  )
  .map((beacons) =>
    beacons.flatMap(([from, by, loud], n): Evidence[] => {
      const beaconId = kidOf(1000 + n)
      const at = { logIndex: 100 * n, receivedMs: 1_000_000 + 20_000 * n, beaconId }
      const heard = by.map((kid, i) =>
        witness({ ...at, logIndex: 100 * n + i + 1, receivedMs: at.receivedMs + 10 + i, kid: kidOf(kid) }),
      )
      return [
        beacon({ ...at, kid: kidOf(from) }),
        ...heard.map((one, i) => (i === loud ? { ...one, rssiDbm: 0 } : one)),
      ]
    }),
  )

const rulesets = ['first-coverage-1', 'helium-2026', 'hexfix-1', 'hexfix-2', 'simulation-1'].map(namedProfile)

describe('shares', () => {
  it('and what is carried are the budget, exactly, by every ruleset', () => {
    fc.assert(
      fc.property(epochs, budgets, fc.constantFrom(...rulesets), (evidence, budget, ruleset) => {
        const { rows, paid, carried } = close(evidence, budget, ruleset)
        expect(rows.reduce((sum, { amount }) => sum + amount, 0n)).toBe(paid)
        expect(paid + carried).toBe(budget)
        expect(carried >= 0n && rows.every(({ amount }) => amount >= 0n)).toBe(true)
      }),
      { seed },
    )
  })

  it('of pools, with what is carried and what stays unissued, are the budget too, none more than its pools', () => {
    const cases = [epochs, budgets, budgets, fc.constantFrom(...rulesets)] as const
    fc.assert(
      fc.property(...cases, (evidence, issued, before, ruleset) => {
        const closed = close(evidence, issued + before, ruleset, issued)
        const { rows, budget, unissued, paid, carried } = closed
        expect(rows.reduce((sum, { amount }) => sum + amount, 0n)).toBe(paid)
        expect([paid + carried, budget + unissued]).toEqual([budget, issued + before])
        expect(carried >= 0n && rows.every(({ amount }) => amount >= 0n)).toBe(true)
        // 6 % are no pool's, 7 and 7 % are nobody's; what earlier epochs left is all to be paid.
        const named = ruleset.pools === undefined ? issued : (issued * 80n) / 100n
        expect(budget - before <= named && budget - before >= named - 5n).toBe(true)
        // The same evidence earns the same points by pools and without.
        const points = close(evidence, issued, ruleset).rows.map((row) => [row.kid, row.points])
        expect(rows.map((row) => [row.kid, row.points])).toEqual(points)
      }),
      { seed },
    )
  })

  it('do not depend on the order of evidence, nor on what came twice', () => {
    const cases = epochs.chain((evidence) =>
      fc.tuple(
        fc.constant(evidence),
        fc.shuffledSubarray(evidence, { minLength: evidence.length }),
        fc.subarray(evidence),
        fc.integer({ min: 0, max: 10 ** 6 }),
      ),
    )
    fc.assert(
      fc.property(cases, fc.constantFrom(...rulesets), ([evidence, shuffled, again, afterMs], ruleset) => {
        const copies = again.map((one) => {
          return { ...one, logIndex: one.logIndex + 10_000, receivedMs: one.receivedMs + afterMs }
        })
        const plain = told(close(evidence, 999_983n, ruleset))
        expect(told(close([...copies, ...shuffled], 999_983n, ruleset))).toBe(plain)
      }),
      { seed },
    )
  })

  it("do not depend on when before the end of the epoch a beacon's own report arrives", () => {
    fc.assert(
      fc.property(epochs, fc.array(fc.nat(10 ** 7), { minLength: 8, maxLength: 8 }), (evidence, delays) => {
        let n = 0
        const late = evidence.map((one): Evidence => {
          if (one.kind !== 'beacon') return one
          const delayed: BeaconEvidence = {
            ...one,
            logIndex: 50_000 + n,
            receivedMs: one.receivedMs + (delays[n] ?? 0),
          }
          n++
          return delayed
        })
        expect(told(close(late, 999_983n))).toBe(told(close(evidence, 999_983n)))
      }),
      { seed },
    )
  })

  it('with a ceiling never exceed it, whosever evidence is denied: the excess is carried', () => {
    const ceilings = fc.integer({ min: 0, max: 2_000_000 })
    const cases = epochs.chain((evidence) => fc.tuple(fc.constant(evidence), fc.subarray(evidence)))
    fc.assert(
      fc.property(
        cases,
        budgets,
        ceilings,
        fc.integer({ min: 1, max: devices }),
        ([evidence, kept], budget, ceiling, n) => {
          const own = kidOf(n)
          const ruleset = { ...firstCoverage, rewards: { ...firstCoverage.rewards, ceilingPerMegapoint: ceiling } }
          const without = evidence.filter((one) => one.kid === own || kept.includes(one))
          for (const { rows, paid, carried } of [close(evidence, budget, ruleset), close(without, budget, ruleset)]) {
            expect(paid + carried).toBe(budget)
            for (const { points, amount } of rows) {
              // One more is the residue of the division.
              expect(amount <= (points * BigInt(ceiling)) / 1_000_000n + 1n).toBe(true)
            }
          }
          const [all, fewer] = [evidence, without].map((some) => close(some, budget, ruleset))
          const [before, after] = [all, fewer].map((one) => one?.rows.find(({ kid }) => kid === own))
          // Where the ceiling already held, and one's own points are the same, others' loss is nobody's gain.
          if (before === undefined || after === undefined || after.points > before.points) return
          if ((all?.carried ?? 0n) > 0n) expect(after.amount <= before.amount + 1n).toBe(true)
        },
      ),
      { seed },
    )
  })
})
