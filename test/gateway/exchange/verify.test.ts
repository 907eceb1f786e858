import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { worldLines } from '../../../bench/poc-world.ts'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { profileOf } from '../../../gateway/coverage/index.ts'
import { scanFile, verifyScan } from '../../../gateway/exchange/index.ts'
import { must, testFolder } from '../harness.ts'

type Line = Record<string, unknown>
type Run = { lines: Line[]; verdicts: Line[]; shares: Line[]; summary: Line; warnings: string[] }

const verifyText = async (text: string, profile = 'helium-2026', isExplained = false): Promise<Run> => {
  const path = join(testFolder(), 'world.ndjson')
  writeFileSync(path, text)
  const ruleset = profileOf(profile)
  if (ruleset === null) throw new Error(profile)
  const warnings: string[] = []
  const warn = ({ code, detail }: Failure) => warnings.push(`${code} ${detail}`)
  const scan = must(await scanFile(path, ruleset, warn))
  const lines: Line[] = []
  verifyScan(scan, sha256, isExplained, (line) => lines.push(line))
  scan.partition.close()
  const of = (type: string) => lines.filter((line) => line.type === type)
  return { lines, verdicts: of('verdict'), shares: of('share'), summary: of('summary')[0] ?? {}, warnings }
}
const verify = (lines: readonly unknown[], profile?: string, isExplained?: boolean) =>
  verifyText(lines.map((line) => JSON.stringify(line)).join('\n'), profile, isExplained)

const hotspot = (id: string, lat: number, over: Line = {}) => ({
  type: 'hotspot',
  id,
  lat,
  lng: 11,
  gainDbi: 3,
  ...over,
})
const beacon = (id = 'b1', over: Line = {}) => ({
  type: 'beacon',
  id,
  hotspot: 'alpha',
  receivedMs: 1000,
  txDbm: 14,
  freqKhz: 868_100,
  radio: 'lora',
  ...over,
})
const witness = (over: Line = {}) => ({
  type: 'witness',
  beacon: 'b1',
  hotspot: 'beta',
  receivedMs: 1500,
  rssiDbm: -110,
  ...over,
})
const two = [hotspot('alpha', 48), hotspot('beta', 48.02)]
const codes = ({ verdicts }: Run) =>
  verdicts.map(({ beacon: of, hotspot: by, verdict, code }) => `${of} ${by} ${verdict} ${code}`)

describe('a file for exchange', () => {
  it('gets a verdict for each beacon and witness, then shares, then the summary', async () => {
    const run = await verify([...two, beacon(), witness()])
    expect(run.lines.map(({ type }) => type)).toEqual(['verdict', 'verdict', 'share', 'share', 'summary'])
    expect(run.verdicts[0]).toEqual({
      type: 'verdict',
      beacon: 'b1',
      hotspot: 'alpha',
      verdict: 'accept',
      code: 'accepted',
      measured: 1,
      threshold: 0,
      unit: 'witnesses',
    })
    expect(Object.keys(run.verdicts[1] ?? {})).toEqual(Object.keys(run.verdicts[0] ?? {}))
    expect(run.shares).toEqual([
      { type: 'share', hotspot: 'alpha', points: '250000000', amount: '200000000000' },
      { type: 'share', hotspot: 'beta', points: '1000000000', amount: '800000000000' },
    ])
    expect(run.summary).toMatchObject({
      profile: 'helium-2026',
      lines: 4,
      badLines: 0,
      hotspots: 2,
      beacons: 1,
      witnesses: 1,
      verdicts: 2,
      accepted: 2,
      rejected: 0,
      pending: 0,
      codes: { accepted: 2 },
      points: '1250000000',
      amount: '1000000000000',
    })
  })

  it('may have its lines in any order', async () => {
    const lines = [...worldLines({ seed: 5, hotspots: 60, beacons: 90, witnesses: 9, spanMs: 3 * 86_400_000 })]
    const shuffled = lines.map((line, i) => ({ line, at: (i * 7919) % lines.length })).sort((a, b) => a.at - b.at)
    const [run, other] = [
      await verifyText(lines.join('\n')),
      await verifyText(shuffled.map(({ line }) => line).join('\n')),
    ]
    const sorted = ({ verdicts }: Run) => verdicts.map((line) => JSON.stringify(line)).sort()
    expect(sorted(other)).toEqual(sorted(run))
    expect(other.shares).toEqual(run.shares)
    expect(run.verdicts).toHaveLength(900)
    expect(Object.keys(run.summary.codes as object).length).toBeGreaterThan(6)
  })

  it('counts reciprocity as satisfied in its first 48 hours only', async () => {
    const day = 86_400_000
    const later = [beacon('b2', { receivedMs: 1000 + 3 * day }), witness({ beacon: 'b2', receivedMs: 1500 + 3 * day })]
    expect(codes(await verify([...two, beacon(), witness(), ...later]))).toEqual([
      'b1 alpha accept accepted',
      'b1 beta accept accepted',
      'b2 alpha reject coverage/no-valid-witnesses',
      'b2 beta reject coverage/no-valid-witnesses',
    ])
    const mutual = [
      beacon('b3', { hotspot: 'beta', receivedMs: 1000 + 2 * day }),
      witness({ beacon: 'b3', hotspot: 'alpha', receivedMs: 1500 + 2 * day }),
    ]
    const all = codes(await verify([...two, beacon(), witness(), ...mutual, ...later]))
    expect(all.slice(-2)).toEqual(['b2 alpha accept accepted', 'b2 beta accept accepted'])
  })

  it('tells a pair that comes twice in the order of the file', async () => {
    const run = await verify([
      ...two,
      beacon(),
      witness({ receivedMs: 1600 }),
      witness(),
      beacon('b1', { receivedMs: 9000 }),
    ])
    expect(codes(run)).toEqual([
      'b1 alpha accept accepted',
      'b1 beta reject coverage/duplicate',
      'b1 beta accept accepted',
      'b1 alpha reject coverage/duplicate',
    ])
  })

  it('judges orphans, unknown senders and hotspots without a place', async () => {
    const run = await verify([
      ...two,
      { type: 'hotspot', id: 'nowhere' },
      beacon(),
      witness({ beacon: 'b9' }),
      witness({ hotspot: 'stranger' }),
      witness({ hotspot: 'nowhere' }),
    ])
    expect(codes(run).sort()).toEqual([
      'b1 alpha accept accepted',
      'b1 nowhere reject coverage/not-located',
      'b1 stranger reject coverage/gateway-not-found',
      'b9 beta reject coverage/beacon-unknown',
    ])
  })

  it('takes a hotspot for where it stood at the time', async () => {
    const moved = hotspot('beta', 49.5, { fromMs: 2000 })
    const late = [beacon('b2', { receivedMs: 30_000_000 }), witness({ beacon: 'b2', receivedMs: 30_000_500 })]
    const run = await verify([...two, moved, beacon(), witness(), ...late])
    expect(codes(run).filter((line) => line.includes('beta'))).toEqual([
      'b1 beta accept accepted',
      'b2 beta reject coverage/too-far',
    ])
    expect(run.verdicts.find(({ code }) => code === 'coverage/too-far')).toMatchObject({
      measured: 166,
      threshold: 100,
      unit: 'km',
    })
  })

  it('names each bad line with its number and goes on; a submission that cannot be judged is rejected', async () => {
    const lines = [
      ...two.map((line) => JSON.stringify(line)),
      'no json',
      JSON.stringify(beacon()),
      JSON.stringify(witness({ rssiDbm: 'loud' })),
      JSON.stringify(hotspot('gamma', 91)),
      '[1]',
      '{}',
      '',
      '{"type":"truth","cheats":[]}',
      JSON.stringify(witness({ receivedMs: null })),
      JSON.stringify(witness()),
      '{"type":"ruleset","coverage":{"maxKm":"far"}}',
    ]
    const run = await verifyText(`${lines.join('\r\n')}\r\n`)
    expect(run.warnings).toEqual([
      'exchange/bad-line line 3: no JSON',
      'exchange/bad-line line 5: "rssiDbm" is of the wrong form',
      'exchange/bad-line line 6: "lat" is of the wrong form',
      'exchange/bad-line line 7: no JSON object',
      'exchange/bad-line line 8: "type" is missing',
      'exchange/bad-line line 11: "receivedMs" is of the wrong form',
      'exchange/bad-line line 13: not numbers and texts in sections',
    ])
    expect(codes(run)).toEqual([
      'b1 alpha accept accepted',
      'b1 beta reject exchange/bad-line',
      'b1 beta reject exchange/bad-line',
      'b1 beta accept accepted',
    ])
    expect(run.summary).toMatchObject({ badLines: 7, verdicts: 4, lines: 13 })
  })

  it('may change parameters of the profile, and then tells another hash', async () => {
    const plain = await verify([...two, beacon(), witness()])
    const changed = await verify([...two, beacon(), witness(), { type: 'ruleset', coverage: { maxKm: 1 } }])
    expect(codes(changed)).toEqual(['b1 alpha accept accepted', 'b1 beta reject coverage/too-far'])
    expect(changed.summary.ruleset).not.toBe(plain.summary.ruleset)
  })

  it('scales by density, the witness as its beaconer', async () => {
    const crowded = await verify([...two, hotspot('twin', 48, { lng: 11.0001 }), beacon(), witness()])
    expect(crowded.shares.map(({ points }) => points)).toEqual(['125000000', '500000000', '0'])
  })

  it('counts density day by day, each hotspot where it stands at the end of the day', async () => {
    const day = 86_400_000
    const twin = [
      hotspot('twin', 48, { lng: 11.0001 }),
      hotspot('twin', 50, { fromMs: 2 * day + 5 }),
      hotspot('twin', 48, { lng: 11.0001, fromMs: 4 * day }),
    ]
    const days = [1, 2, 3, 4].map((n) => [
      beacon(`b${n}`, { receivedMs: n * day }),
      witness({ beacon: `b${n}`, receivedMs: n * day + 1 }),
    ])
    const pointsOf = async (lines: readonly unknown[]) =>
      (await verify([...lines, { type: 'ruleset', coverage: { reciprocityMs: 1e12 } }])).shares.map(
        ({ points }) => points,
      )
    for (const [n, part] of [0.5, 1, 1, 0.5].entries()) {
      const points = [250_000_000 * part, 1_000_000_000 * part, 0].map(String)
      expect(await pointsOf([...two, ...twin, ...(days[n] ?? [])])).toEqual(points)
    }
    const all = await pointsOf([...two, ...twin, ...days.flat()])
    expect(all).toEqual([750_000_000, 3_000_000_000, 0].map(String))
    expect(await pointsOf([...days.flat().toReversed(), ...twin.toReversed(), ...two])).toEqual(all)
  })

  it('may move one hotspot as often as it has lines', async () => {
    const moves = Array.from({ length: 50_000 }, (_, n) => hotspot('beta', 48.02, { fromMs: (n * 7919) % 50_000 }))
    const run = await verify([...two, ...moves, beacon(), witness()])
    expect(codes(run)).toEqual(['b1 alpha accept accepted', 'b1 beta accept accepted'])
  })

  it('explains where it is asked to', async () => {
    const run = await verify([...two, beacon(), witness({ rssiDbm: -50 })], 'helium-2026', true)
    expect(run.verdicts[1]).toMatchObject({ code: 'coverage/rssi-too-strong', rule: 'rssi-too-strong' })
    expect(run.verdicts[1]?.flip).toMatch(/^at least \d+(\.\d)? dB weaker$/)
  })

  it('is empty without complaint, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('hexfix-poc-'))
    expect((await verifyText('')).summary).toMatchObject({ verdicts: 0, amount: '0', points: '0' })
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('hexfix-poc-'))).toEqual(before)
  })

  it('has lines of at most a mebibyte, also where they come in pieces', async () => {
    const long = (chars: number) => JSON.stringify({ ...beacon('b2'), note: 'x'.repeat(chars) })
    const lines = [...two, beacon(), witness()].map((line) => JSON.stringify(line))
    const run = await verifyText(
      [long(2_500_000), ...lines.slice(0, 2), long(1_100_000), ...lines.slice(2), long(3_300_000)].join('\n'),
    )
    expect(run.warnings.map((warning) => warning.split(':')[0])).toEqual(
      [1, 4, 7].map((n) => `exchange/bad-line line ${n}`),
    )
    expect(codes(run)).toEqual(['b1 alpha accept accepted', 'b1 beta accept accepted'])
    expect(run.summary).toMatchObject({ lines: 7, badLines: 3 })
    expect((await verifyText([...lines, long(1_000_000)].join('\n'))).verdicts).toHaveLength(3)
  })

  it('that is not there is an error', async () => {
    const ruleset = profileOf('helium-2026')
    if (ruleset === null) throw new Error('no profile')
    expect(await scanFile('/nowhere/world.ndjson', ruleset, () => {})).toMatchObject({
      error: { code: 'exchange/unreadable' },
    })
  })

  it('gives the bytes that were checked in, on this Node as on any', async () => {
    const world = { seed: 2026, hotspots: 120, beacons: 240, witnesses: 14, spanMs: 4 * 86_400_000 }
    const digests: Record<string, string> = {}
    for (const profile of ['first-coverage-1', 'helium-2026', 'hexfix-1']) {
      const { lines } = await verifyText([...worldLines(world)].join('\n'), profile, true)
      const bytes = new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'))
      digests[profile] = Buffer.from(sha256(bytes)).toString('hex')
    }
    const checkedIn: unknown = JSON.parse(readFileSync(new URL('./digests.json', import.meta.url), 'utf8'))
    expect(digests).toEqual(checkedIn)
  })
})
