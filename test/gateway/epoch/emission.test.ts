import { expect, it } from 'vitest'
import { fromHex } from '../../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../../device-sdk/signer/index.ts'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { verifyProof } from '../../../gateway/rewards/index.ts'
import type { ShareRow } from '../../../gateway/store/index.ts'
import { besideStore, must } from '../harness.ts'
import { signReport } from '../keys.ts'
import { alpha, beta, heard, openScene, porch, signBeacon } from './scene.ts'

type Scene = ReturnType<typeof openScene>
const host = { type: 'sensor', schema: 5, stepsS: [], columns: [[1], [2], [3], [9_000], [5], [6], [7]] } as const

let seq = 0
const hear = async ({ takeAt, clock }: Scene, from: typeof alpha, by: typeof alpha, name: string): Promise<void> => {
  await takeAt(clock.ms, from, signBeacon(from, name))
  await takeAt(clock.ms, by, signReport(by, { seq: seq++, blocks: [{ type: 'witness', rows: [heard(from, name)] }] }))
}
/** Closes the epoch that runs, and sees that a replay of it gives the same to the byte. */
const close = (scene: Scene) => {
  scene.pass()
  const closed = scene.desk.closeDue()
  if (closed === null) throw new Error('nothing was due')
  expect(must(replayEpoch(scene.store, closed.epoch)).differences).toEqual([])
  expect(BigInt(closed.paid) + BigInt(closed.carried)).toBe(BigInt(closed.budget))
  return closed
}
const amounts = ({ shares }: ReturnType<typeof close>): Record<string, string> =>
  Object.fromEntries(
    shares.map(({ kid, amount }) => [[alpha, beta, porch].find((key) => key.kid === kid)?.name, amount]),
  )

it('an emission goes to beacons and witnesses by the pools of helium-2026, and halves', async () => {
  const scene = openScene(1_000_000n, namedProfile('helium-2026'), 2)
  await hear(scene, alpha, beta, 'a')
  const first = close(scene)
  // 6 and 24 %, and the 50 % of the data, of which there is none, 20:80. The rest of the million is issued to nobody.
  expect(amounts(first)).toEqual({ alpha: '160000', beta: '640000' })
  expect(first).toMatchObject({
    budget: '800000',
    unissued: '200000',
    emission: { first: '1000000', halvingEpochs: 2 },
  })
  const view = scene.desk.view(first.epoch) as { root: string; shares: (ShareRow & { proof: string[] })[] }
  const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)
  for (const { epoch, index, address, amount, proof } of view.shares) {
    const row = { epoch, index, address: bytes(address), amount: BigInt(amount) }
    expect(verifyProof(bytes(view.root), row, proof.map(bytes), keccak256)).toBe(true)
  }
  // What nobody earned is paid later, whole: 20:80 as well.
  expect(close(scene)).toMatchObject({ budget: '800000', paid: '0', carried: '800000' })
  await hear(scene, beta, alpha, 'b')
  const third = close(scene)
  expect(third).toMatchObject({ budget: '1200000', unissued: '100000', carried: '0' })
  expect(amounts(third)).toEqual({ beta: '240000', alpha: '960000' })
})

it('data is paid its value at the ceiling and no more; a point of coverage is not worth more either', async () => {
  const scene = openScene(20_000_000_000n, namedProfile('hexfix-1'), 730)
  await hear(scene, alpha, beta, 'a')
  await scene.takeAt(scene.clock.ms, porch, signReport(porch, { seq: seq++, blocks: [host] }))
  const closed = close(scene)
  // A sensor's unit is 10^9 points, each worth 1; its owner may have 5 % of the 16 x 10^9 that are to be paid.
  expect(amounts(closed)).toEqual({ alpha: '250000000', beta: '800000000', porch: '800000000' })
  expect(closed).toMatchObject({ unissued: '4000000000', carried: '14150000000' })
})

it('with a fixed budget there are no pools: all of it goes by points, as before', async () => {
  const scene = openScene(1_000_000n, namedProfile('helium-2026'))
  await hear(scene, alpha, beta, 'a')
  const closed = close(scene)
  expect(amounts(closed)).toEqual({ alpha: '200000', beta: '800000' })
  expect(closed).toMatchObject({ budget: '1000000', unissued: '0', emission: null })
})

it('a replay finds another schedule, and money that nobody issued', async () => {
  const scene = openScene(1_000_000n, namedProfile('helium-2026'), 1)
  close(scene)
  const { epoch } = close(scene)
  for (const [sql, difference] of [
    ["UPDATE epochs SET first_emission = '2000000'", /^budget: stored /m],
    ["UPDATE epochs SET first_emission = '1000000', halving_epochs = 9", /^budget: stored /m],
    ["UPDATE epochs SET halving_epochs = 1, unissued = '7'", /^unissued: stored 7, computed 100000$/m],
  ] as const) {
    besideStore(scene.folder, (database) => database.exec(sql))
    expect(must(replayEpoch(scene.store, epoch)).differences.join('\n')).toMatch(difference)
  }
})
