import { expect, it } from 'vitest'
import { openStore } from '../../../gateway/store/index.ts'
import { besideStore, must, openTestStore, testFolder } from '../harness.ts'

const place = { cell: '8c1f1d48851a9ff', latE7: 525_200_000, lngE7: 134_050_000, gainDdbi: 12 }
const device = {
  kid: 'ab'.repeat(8),
  publicKey: new Uint8Array(33),
  address: new Uint8Array(20),
  name: null,
  enrolledMs: 5,
}

it('places are kept in the order of time, the later assertion of one moment last', () => {
  const store = openTestStore(testFolder())
  for (const [fromMs, gainDdbi] of [
    [20, 1],
    [10, 2],
    [20, 3],
  ] as const) {
    store.places.add({ kid: device.kid, fromMs, ...place, gainDdbi })
  }
  expect(store.places.all().map(({ fromMs, gainDdbi }) => [fromMs, gainDdbi])).toEqual([
    [10, 2],
    [20, 1],
    [20, 3],
  ])
})

it('places of a store that kept no history hold from the beginning', () => {
  const folder = testFolder()
  const before = must(openStore(folder))
  before.devices.insert(device)
  before.devices.place(device.kid, place)
  before.close()
  besideStore(folder, (database) => database.exec('DROP TABLE places; PRAGMA user_version=2'))
  const after = must(openStore(folder))
  expect(after.places.all()).toEqual([{ kid: device.kid, fromMs: 0, ...place }])
  after.close()
})
