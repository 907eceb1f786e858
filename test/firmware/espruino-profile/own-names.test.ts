import { expect, it } from 'vitest'
import { globals, members, statics } from '../../../firmware/espruino-profile/abilities.ts'
import { ownNames } from '../../../firmware/espruino-profile/own-names.ts'
import list from '../../../firmware/espruino-profile/short-names.json' with { type: 'json' }

it('only a name that was compared with Espruino’s own is made short, and one that is given in a literal', () => {
  const options = 'setWatch(f, B1, { repeat: true, debounce: 10, edge: "both", irq: true, nobodyComparedThis: 1 })'
  expect(ownNames(`var state = { everyS: 60, outboxBytes: 1 }; ${options}; print(state.everyS, state.batch)`)).toEqual([
    'everyS',
    'outboxBytes',
  ])
})

it('a name that is looked up by a text stays', () => {
  expect(ownNames('var state = { everyS: 60 }; print(state["every" + "S"], "everyS")')).toEqual([])
})

it('no name of the list is one that the profile knows of the interpreter', () => {
  const known = new Set([globals, ...members.values(), ...statics.values()].flatMap((names) => [...names]))
  const names = list.names.split(' ')
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name) => known.has(name))).toEqual([])
})
