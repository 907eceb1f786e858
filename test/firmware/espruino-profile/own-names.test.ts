import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bundleForEspruino } from '../../../firmware/espruino-profile/index.ts'
import { ownNames } from '../../../firmware/espruino-profile/own-names.ts'
import list from '../../../firmware/espruino-profile/short-names.json' with { type: 'json' }
import { shortNames } from '../../../scripts/short-names-list.ts'

const nobody = new Set<string>()

it('only a name of ours is made short, and one that is given in a literal', () => {
  const options = 'setWatch(f, B1, { repeat: true, debounce: 10, edge: "both", irq: true })'
  const program = `var state = { everyS: 60, outboxBytes: 1 }; ${options}; print(state.everyS, state.batch)`
  expect(ownNames(program, nobody)).toEqual(['everyS', 'outboxBytes'])
})

it('a name that is looked up by a text stays, and one that an application says', () => {
  expect(ownNames('var state = { everyS: 60 }; print(state["every" + "S"], "everyS")', nobody)).toEqual([])
  expect(ownNames('var state = { everyS: 60, batch: 1 }', new Set(['everyS']))).toEqual(['batch'])
})

it('no name of the list is one that our sources declare of the firmware: run `npm run short-names`', () => {
  const { names, declared } = shortNames()
  for (const name of ['bitrate', 'scl', 'debounce', 'mapInPlace', 'password', 'address', 'getFree'])
    expect(declared).toContain(name)
  expect(names.length).toBeGreaterThan(100)
  expect(list.names.split(' ').filter((name) => declared.includes(name))).toEqual([])
})

it('what an application of somebody else tells the firmware arrives under its own names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-names-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const entry = join(folder, 'app.ts')
  writeFileSync(entry, 'NRF.setAdvertising({}, { interval: 5, everyS: 60, status: 1 })')
  const { code } = await bundleForEspruino(entry, { shortNames: true })
  expect(code).toContain('{interval:5,everyS:60,status:1}')
})
