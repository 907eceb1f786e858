import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, nobleVerify, publicKeyOf, sha256 } from '../../../device-sdk/signer/index.ts'
import { namedProfile, withParameters } from '../../../gateway/coverage/index.ts'
import { signRuleset, verifyRuleset } from '../../../gateway/coverage/ruleset-document.ts'
import { scanFile, verifyScan } from '../../../gateway/exchange/index.ts'
import { must, testFolder } from '../harness.ts'

type Line = Record<string, unknown>
const helium = namedProfile('helium-2026')

const verify = async (lines: readonly unknown[], ruleset = helium) => {
  const path = join(testFolder(), 'world.ndjson')
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  const warnings: string[] = []
  const warn = ({ code, detail }: Failure) => warnings.push(`${code} ${detail}`)
  const scan = must(await scanFile(path, ruleset, warn))
  const told: Line[] = []
  const summary = verifyScan(scan, sha256, true, (line) => told.push(line))
  scan.partition.close()
  const verdicts = told.filter(({ type }) => type === 'verdict')
  return {
    warnings,
    summary,
    codes: verdicts.map(({ code }) => code),
    shares: told.filter(({ type }) => type === 'share'),
  }
}

const hotspot = (id: string, lat: unknown = 48, over: Line = {}) => ({
  type: 'hotspot',
  id,
  lat,
  lng: 11,
  gainDbi: 3,
  ...over,
})
const beacon = (over: Line = {}) => ({
  type: 'beacon',
  id: 'b1',
  hotspot: 'alpha',
  receivedMs: 1000,
  txDbm: 14,
  freqKhz: 868_100,
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
const two = [hotspot('alpha'), hotspot('beta', 48.02)]
const fine = [...two, beacon(), witness()]

describe('a hostile file', () => {
  it.each([
    ['lat', 90.0001],
    ['lat', '48'],
    ['lat', [48]],
    ['lng', 180.1],
    ['lng', -1e308],
    ['gainDbi', true],
    ['id', ''],
    ['fromMs', 1e300],
  ])('places no hotspot with %s %j, and says so', async (field, value) => {
    const run = await verify([hotspot('alpha', 48, { [field]: value }), hotspot('beta', 48.02), beacon(), witness()])
    expect(run.warnings).toEqual([`exchange/bad-line line 1: "${field}" is of the wrong form`])
    expect(run.codes).toEqual(['coverage/gateway-not-found', 'coverage/gateway-not-found'])
  })

  it.each(['1e999', '-1e999', 'null', '"1"', '{}', '[]'])(
    'rejects a time, a power or a signal of %s',
    async (value) => {
      const lines = [
        JSON.stringify(beacon({ id: 'b2' })).replace('"txDbm":14', `"txDbm":${value}`),
        JSON.stringify(beacon({ id: 'b3' })).replace('"receivedMs":1000', `"receivedMs":${value}`),
        JSON.stringify(witness()).replace('"rssiDbm":-110', `"rssiDbm":${value}`),
      ]
      const run = await verify([...two, beacon(), ...lines])
      expect(run.codes.toSorted()).toEqual(['accepted', ...Array(3).fill('exchange/bad-line')])
      expect(run.summary.badLines).toBe(3)
    },
  )

  it('is told that NaN is no JSON, and that a line of another type is none of ours', async () => {
    const run = await verify([...fine, '{"type":"witness","beacon":"b1","rssiDbm":NaN}', { type: 'proto', x: 1 }])
    expect(run.warnings).toEqual(['exchange/bad-line line 5: no JSON'])
    expect(run.codes).toEqual(['accepted', 'accepted'])
  })

  it('may nest as deep as a line is long', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const run = await verify([
      ...fine,
      deep,
      `{"type":"ruleset","coverage":${deep}}`,
      `{"type":"beacon","id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ])
    expect(run.codes.toSorted()).toEqual(['accepted', 'accepted', 'exchange/bad-line'])
    expect(run.summary.ruleset).toBe((await verify(fine)).summary.ruleset)
  })

  it('may use names that mean something to the language, and is judged like any other', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'a\tb', '\u2028', '\ud800', 'null']
    for (const name of names) {
      const lines = [
        hotspot(name),
        hotspot('beta', 48.02),
        beacon({ id: name, hotspot: name }),
        witness({ beacon: name }),
      ]
      const run = await verify(lines)
      expect([name, ...run.codes]).toEqual([name, 'accepted', 'accepted'])
      expect(run.shares).toHaveLength(2)
    }
  })

  it('that names a hotspot or a beacon twice is told the same in another order of the beacons', async () => {
    const twice = [beacon({ receivedMs: 1001, txDbm: 30 }), witness({ receivedMs: 1600 })]
    expect((await verify([...fine, ...twice, hotspot('alpha')])).codes).toEqual([
      'accepted',
      'accepted',
      'coverage/duplicate',
      'coverage/duplicate',
    ])
    const run = await verify([...twice, ...fine])
    expect(run.codes).toEqual(['coverage/duplicate', 'coverage/duplicate', 'accepted', 'accepted'])
    expect(run.shares).toHaveLength(2)
  })

  it('knows no regions of its own: two that differ refuse only where both ends name one', async () => {
    expect((await verify([...two, beacon({ region: 'ATLANTIS' }), witness()])).codes).toEqual(['accepted', 'accepted'])
    expect((await verify([...two, beacon({ region: 7 }), witness()])).codes.toSorted()).toEqual([
      'coverage/beacon-unknown',
      'exchange/bad-line',
    ])
  })
})

describe('a clock that jumps', () => {
  const limit = Number.MAX_SAFE_INTEGER
  it.each([-1, -limit, limit, 0.5])('is judged by its differences alone, at %d ms', async (atMs) => {
    const run = await verify([...two, beacon({ receivedMs: atMs }), witness({ receivedMs: atMs })])
    expect(run).toMatchObject({ codes: ['accepted', 'accepted'], warnings: [] })
  })

  it('backwards between a beacon and its witness counts from the witness', async () => {
    const late = [beacon({ receivedMs: 5000 }), witness({ receivedMs: -4000 }), witness({ hotspot: 'gamma' })]
    const run = await verify([...two, hotspot('gamma', 48.04), ...late])
    expect(run.codes).toEqual(['accepted', 'accepted', 'coverage/too-late'])
  })

  it('over the whole range of numbers ends all the same', async () => {
    const ends = [-limit, limit].flatMap((receivedMs, i) => [
      beacon({ id: `e${i}`, receivedMs }),
      witness({ beacon: `e${i}`, receivedMs }),
    ])
    const run = await verify([...two, ...ends])
    expect(run.codes.toSorted()).toEqual([
      'accepted',
      'accepted',
      'coverage/no-valid-witnesses',
      'coverage/no-valid-witnesses',
    ])
  })
})

describe('a ruleset that no engine can follow', () => {
  it.each([
    { rewards: { fullWitnesses: 0 } },
    { rewards: { redundancyDecay: 1e308 } },
    { rewards: { redundancyDecay: -1 } },
    { rewards: { pointsPerUnit: 1e300 } },
    { rewards: { ceilingPerMegapoint: 0.5 } },
    { rewards: { ownerCapPpm: -1 } },
    { coverage: { nearResolution: 1e9 } },
    { coverage: { placeResolution: 11.5 } },
    { coverage: { beaconIntervalMs: 0 } },
    { coverage: { maxKm: 5, maxWitnesses: -1 } },
    { density: { levels: { r8: { target: 0 } } } },
    { density: { levels: { r8: { max: 1.5 } } } },
    { pools: { data: 2_000_000 } },
    { coverage: { maxKm: 1, minCells: 'x' } },
  ])('changes nothing, not by half: %j', async (changes) => {
    const hexfix = namedProfile('hexfix-1')
    expect(withParameters(hexfix, changes)).toMatchObject({ ok: false, error: { code: 'ruleset/malformed' } })
    const [plain, run] = [await verify(fine, hexfix), await verify([{ type: 'ruleset', ...changes }, ...fine], hexfix)]
    expect(run.warnings[0]).toMatch(/^exchange\/bad-line line 1: /)
    expect(run.summary.ruleset).toBe(plain.summary.ruleset)
    expect([run.codes, run.shares]).toEqual([plain.codes, plain.shares])
  })

  it('is refused also where it is signed, and one that is changed after it was signed before it is read', () => {
    const secret = new Uint8Array(32).fill(7)
    const { sign } = nobleSigner(secret)
    const broken = { ...helium, rewards: { ...helium.rewards, fullWitnesses: 0 } }
    const read = (ruleset: typeof helium, spoil: (signed: ReturnType<typeof signRuleset>) => object = () => ({})) => {
      const signed = signRuleset(ruleset, 1, sha256, sign)
      return verifyRuleset({ ...signed, ...spoil(signed) }, 1, publicKeyOf(secret), sha256, nobleVerify)
    }
    expect(read(helium)).toEqual({ ok: true, value: helium })
    expect(read(broken)).toMatchObject({ error: { code: 'ruleset/malformed' } })
    const badSignature = { error: { code: 'ruleset/bad-signature' } }
    expect(read(helium, ({ document }) => ({ document: document.slice(1) }))).toMatchObject(badSignature)
    expect(read(helium, ({ signature }) => ({ signature: signature.slice(1) }))).toMatchObject(badSignature)
    expect(read(helium, () => ({ signature: new Uint8Array(64) }))).toMatchObject(badSignature)
    expect(read(helium, () => ({ signature: new Uint8Array(0) }))).toMatchObject(badSignature)
  })
})
