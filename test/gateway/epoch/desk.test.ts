import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { openEpochDesk } from '../../../gateway/epoch/index.ts'
import { breakTable, changeDevice } from '../harness.ts'
import { signReport, someTimeS, weather } from '../keys.ts'
import { alpha, beacon, beta, heard, liar, openScene, porch } from './scene.ts'

type Scene = ReturnType<typeof openScene>

/** Alpha and beta beacon and hear each other; the liar says what cannot be. 11 submissions. */
const play = async ({ report }: Scene): Promise<void> => {
  await report(alpha, beacon('a1'))
  await report(beta, beacon('b1'))
  await report(beta, { type: 'witness', rows: [heard(alpha, 'a1'), heard(alpha, 'never sent')] })
  await report(alpha, { type: 'witness', rows: [heard(alpha, 'a1')] })
  await report(liar, { type: 'witness', rows: [heard(alpha, 'a1', -40)] })
  await report(liar, { type: 'witness', rows: [heard(beta, 'b1', -40)] })
  await report(beta, weather(), { type: 'witness', rows: [heard(alpha, 'a1', -100)] }, beacon('b2'))
  await report(alpha, { type: 'witness', rows: [heard(beta, 'b2'), heard(liar, 'l1')] })
  await report(porch, weather())
}

const codesOf = (rows: readonly { kid: string; kind: string; code: string }[]): string[] =>
  rows.map(({ kid, kind, code }) => {
    const name = [alpha, beta, liar, porch].find((key) => key.kid === kid)?.name
    return `${name} ${kind} ${code}`
  })

describe('an epoch', () => {
  it('judges every submission once, and pays who is not found lying', async () => {
    const scene = openScene()
    await play(scene)
    scene.pass()
    const closed = scene.desk.closeDue()
    expect(codesOf(closed?.verdicts ?? [])).toEqual([
      'alpha beacon accepted',
      'beta beacon coverage/no-valid-witnesses',
      'beta witness accepted',
      'beta witness coverage/beacon-unknown',
      'alpha witness coverage/self-witness',
      'liar witness coverage/rssi-too-strong',
      'liar witness coverage/rssi-too-strong',
      'beta witness coverage/duplicate',
      'beta beacon accepted',
      'alpha witness accepted',
      'alpha witness coverage/beacon-unknown',
    ])
    const names = closed?.verdicts.map(({ logIndex, item }) => `${logIndex} ${item}`)
    expect(new Set(names).size).toBe(11)
    expect(scene.store.epochs.verdicts(scene.first)).toEqual(closed?.verdicts)
    // A beacon with one witness is a quarter unit, a witness and a device with readings one each: 1.25 + 2.25 + 1 units.
    const paid = new Map(closed?.shares.map(({ kid, amount }) => [kid, amount]))
    expect(paid).toEqual(
      new Map([
        [alpha.kid, '2500'],
        [beta.kid, '4500'],
        [porch.kid, '2000'],
      ]),
    )
    expect(closed).toMatchObject({
      epoch: scene.first,
      logFrom: 0,
      logTo: 9,
      budget: '9000',
      paid: '9000',
      carried: '0',
    })
  })

  it('says what was measured where a rule objects', async () => {
    const scene = openScene()
    await play(scene)
    scene.pass()
    const strong = scene.desk.closeDue()?.verdicts.find(({ code }) => code === 'coverage/rssi-too-strong')
    expect(strong).toMatchObject({ measured: -40, unit: 'dBm', rule: 'rssi-too-strong' })
    expect(strong?.threshold).toBeLessThan(-75)
    const stored = scene.store.epochs.verdicts(scene.first).find(({ code }) => code === 'coverage/rssi-too-strong')
    expect(stored).toEqual(strong)
  })

  it('pays nothing for what was rejected or equivocated', async () => {
    const scene = openScene()
    const lying = signReport(porch, { seq: 100, blocks: [weather(1)] })
    expect(await scene.take(porch, lying, signReport(porch, { seq: 100, blocks: [weather(2)] }))).toEqual([
      'accepted',
      'report/equivocation',
    ])
    const ahead = signReport(liar, { seq: 101, time: someTimeS + 301 })
    expect(await scene.take(liar, ahead)).toEqual(['time/ahead'])
    const doubled = signReport(alpha, { seq: 102, blocks: [beacon('a1')] })
    await scene.take(alpha, doubled, signReport(alpha, { seq: 102, blocks: [beacon('a2')] }))
    await scene.report(beta, { type: 'witness', rows: [heard(alpha, 'a1'), heard(alpha, 'a2')] })
    scene.pass()
    const closed = scene.desk.closeDue()
    expect(codesOf(closed?.verdicts ?? [])).toEqual([
      'beta witness coverage/beacon-unknown',
      'beta witness coverage/beacon-unknown',
    ])
    expect(closed).toMatchObject({ shares: [], paid: '0', carried: '9000', root: '00'.repeat(32) })
  })

  it('hands on what it could not pay, and paid with carried is the budget always', async () => {
    const scene = openScene(7n)
    scene.pass()
    expect(scene.desk.closeDue()).toMatchObject({ budget: '7', paid: '0', carried: '7' })
    scene.pass()
    expect(scene.desk.closeDue()).toMatchObject({ budget: '14', paid: '0', carried: '14' })
    for (const key of [alpha, beta, porch]) await scene.report(key, weather())
    scene.pass()
    const third = scene.desk.closeDue()
    expect(third).toMatchObject({ budget: '21', paid: '21', carried: '0' })
    expect(third?.shares.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(21n)
    await scene.report(porch, weather())
    scene.pass()
    const fourth = scene.desk.closeDue()
    expect(fourth).toMatchObject({ logFrom: 3, logTo: 4, budget: '7', paid: '7', carried: '0' })
    expect(fourth?.shares.map(({ kid }) => kid)).toEqual([porch.kid])
  })

  it('closes once, at its end, also after a restart and when the clock goes back', async () => {
    const scene = openScene()
    await scene.report(porch, weather())
    expect(scene.desk.closeDue()).toBeNull()
    scene.clock.ms += 59_999
    expect(scene.desk.closeDue()).toBeNull()
    scene.clock.ms += 1
    expect(scene.desk.closeDue()?.epoch).toBe(scene.first)
    expect(scene.desk.closeDue()).toBeNull()
    const restarted = openEpochDesk(scene.deps)
    expect(restarted.closeDue()).toBeNull()
    scene.pass(-5)
    expect(restarted.closeDue()).toBeNull()
    scene.pass(6)
    expect(restarted.closeDue()?.epoch).toBe(scene.first + 1)
    expect(scene.store.epochs.newest(9)).toHaveLength(2)
  })

  it('that the gateway slept through is not made up for: its log goes to the next that closes', async () => {
    const scene = openScene()
    await scene.report(porch, weather())
    scene.pass(4)
    expect(scene.desk.closeDue()).toMatchObject({ epoch: scene.first + 3, logFrom: 0, logTo: 1, budget: '9000' })
    expect(scene.desk.closeDue()).toBeNull()
  })

  it('is stored whole or not at all, and closes when the disk works again', async () => {
    const scene = openScene()
    await play(scene)
    scene.pass()
    const { mend } = breakTable(scene.folder, 'shares')
    expect(() => scene.desk.closeDue()).toThrow('the disk is gone')
    expect(scene.store.epochs.newest(9)).toEqual([])
    expect(scene.store.epochs.verdicts(scene.first)).toEqual([])
    mend()
    expect(scene.desk.closeDue()?.verdicts).toHaveLength(11)
  })

  it('pays a device that was revoked for what it did before', async () => {
    const scene = openScene()
    await scene.report(porch, weather())
    changeDevice(scene.registry, porch.kid, { status: 'revoked' })
    expect(await scene.report(porch, weather())).toBe('device/revoked')
    scene.pass()
    expect(scene.desk.closeDue()?.shares).toMatchObject([{ kid: porch.kid, amount: '9000' }])
  })

  it('pays the owner where there is one, and else the device itself', async () => {
    const scene = openScene()
    const owner = new Uint8Array(20).fill(0xab)
    changeDevice(scene.registry, porch.kid, { owner })
    await scene.report(porch, weather())
    await scene.report(alpha, weather())
    scene.pass()
    const paid = new Map(scene.desk.closeDue()?.shares.map(({ kid, address }) => [kid, address]))
    expect(paid.get(porch.kid)).toBe('ab'.repeat(20))
    expect(paid.get(alpha.kid)).toBe(toHex(evmAddress(alpha.signer.publicKey)))
  })

  it('counts a key and the one that took its place as one device', async () => {
    const scene = openScene()
    const heir = { rotatedTo: beta.kid, status: 'rotated', owner: new Uint8Array(20).fill(1) } as const
    await scene.report(alpha, beacon('a1'), weather())
    await scene.report(liar, { type: 'witness', rows: [heard(alpha, 'a1')] })
    await scene.report(beta, { type: 'witness', rows: [heard(alpha, 'a1')] }, weather())
    changeDevice(scene.registry, alpha.kid, heir)
    scene.pass()
    const closed = scene.desk.closeDue()
    // What beta heard is its own beacon now; and two readings of one device are one unit.
    expect(codesOf(closed?.verdicts ?? [])).toEqual([
      'beta beacon accepted',
      'liar witness accepted',
      'beta witness coverage/self-witness',
    ])
    // A beacon with one witness is a quarter unit, the witness one unit, the device with readings one unit.
    expect(closed?.shares.map(({ kid, amount }) => [kid, amount]).sort()).toEqual(
      [
        [beta.kid, '5000'],
        [liar.kid, '4000'],
      ].sort(),
    )
  })

  it('replays to the same root elsewhere', async () => {
    const [here, there] = [openScene(), openScene()]
    for (const scene of [here, there]) {
      await play(scene)
      scene.pass()
    }
    there.clock.ms += 1_234
    const [first, second] = [here.desk.closeDue(), there.desk.closeDue()]
    expect(first?.closedMs).not.toBe(second?.closedMs)
    expect({ ...first, closedMs: 0 }).toEqual({ ...second, closedMs: 0 })
  })
})
