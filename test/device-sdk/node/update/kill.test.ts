import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomFrom } from '../../../../bench/fuzz/random.ts'
import { readUpdateState, slotsIn } from '../../../../device-sdk/node/update/slots.ts'
import { prepareSlots } from '../../../../device-sdk/node/update/switch.ts'
import { must } from '../../../gateway/harness.ts'
import { printedSeed } from '../../../gateway/seed.ts'
import { bundleProgram, packed, smallBundle, wholeIn, writeBundle } from './bundles.ts'

const killAt = new URL('../../../../bench/drill/kill-at.mjs', import.meta.url).pathname
const phases = ['before', 'torn', 'after']
const drawnPerPhase = 4
/** A life of an update: installed over firmware 1, started three times without proof, and gone back from. */
const program = `
import { readFileSync } from 'node:fs'
import { unpackBundle } from './device-sdk/protocol/index.ts'
import { installBundle } from './device-sdk/node/update/install.ts'
import { readUpdateState, slotsIn } from './device-sdk/node/update/slots.ts'
import { prepareSlots } from './device-sdk/node/update/switch.ts'
const [root, bundle] = process.argv.slice(2)
const slots = slotsIn(root)
const state = readUpdateState(slots).value
const files = unpackBundle(new Uint8Array(readFileSync(bundle))).value
if (state.stage === 'settled' && state.failed.length === 0) installBundle(slots, files, state, { n: 0, firmware: 2 })
for (let start = 0; start < 4; start++) prepareSlots(slots, null)
`
/** `KILLS=all` for every boundary, which takes minutes. */
const isAll = process.env.KILLS === 'all'
const folder = mkdtempSync(join(tmpdir(), 'hexfix-kill-'))
const at = (name: string): string => join(folder, name)

/** One life, killed where `kill` says. */
const live = (root: string, kill: string) =>
  spawnSync(process.execPath, ['--import', killAt, at('program.cjs'), root, at('bundle')], {
    encoding: 'utf8',
    env: { ...process.env, DRILL_FOLDER: root, DRILL_KILL: kill },
  })

const device = (name: string): string => {
  cpSync(at('fresh'), at(name), { recursive: true })
  return at(name)
}

beforeAll(async () => {
  await bundleProgram(program, at('program.cjs'))
  writeFileSync(at('bundle'), packed(smallBundle(2)))
  writeBundle(at('fresh/current'), smallBundle(1))
  // What was left of updates before: it is removed on the way.
  for (const name of ['previous', 'next', 'failed']) writeBundle(at(`fresh/${name}`), smallBundle(9))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('kill -9 between any two file operations of an update leaves a version that is whole and runs', {
  timeout: isAll ? 1_200_000 : 120_000,
}, () => {
  const counted = live(device('counted'), 'count')
  const calls = Number(/^([0-9]+) calls/.exec(counted.stderr)?.[1])
  expect(calls).toBeGreaterThan(40)
  const { below } = randomFrom(printedSeed())
  const all = Array.from({ length: calls }, (_, i) => i + 1)
  for (const phase of phases) {
    const drawn = isAll ? all : Array.from({ length: drawnPerPhase }, () => 1 + below(calls))
    for (const call of drawn) {
      const what = `${phase}:${call}`
      const root = device(what)
      const { signal, stderr } = live(root, what)
      // Past the last write nothing can be torn.
      expect([phase === 'torn' ? (signal ?? 'SIGKILL') : signal, stderr], what).toEqual(['SIGKILL', ''])
      const slots = slotsIn(root)
      const chosen = prepareSlots(slots, null)
      expect([1, 2], what).toContain(wholeIn(chosen?.folder ?? ''))
      // Begun again it comes to its end, as it does without a kill.
      expect(live(root, '').status, what).toBe(0)
      expect(wholeIn(prepareSlots(slots, null)?.folder ?? ''), what).toBe(1)
      expect(must(readUpdateState(slots)), what).toMatchObject({ stage: 'settled', failed: [2], news: { firmware: 2 } })
      rmSync(root, { recursive: true })
    }
  }
})
