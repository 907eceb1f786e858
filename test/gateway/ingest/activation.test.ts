import { describe, expect, it } from 'vitest'
import { openRegistry } from '../../../gateway/registry/index.ts'
import { breakTable, changeDevice } from '../harness.ts'
import { forged, signReport, someTimeS, testKey, weather } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')

const openPending = () => {
  const parts = openTestIngest([key])
  changeDevice(parts.registry, key.kid, { status: 'pending', pendingUntilMs: (someTimeS + 60) * 1000 })
  const onDisk = () => openRegistry(parts.store).get(key.kid)
  return { ...parts, onDisk, history: () => parts.store.history.of(key.kid, 9) }
}

describe('a pending device', () => {
  it('is active after its first accepted report, on disk with that report, and is told of once', async () => {
    const { take, onDisk, registry, history, events } = openPending()
    const [first, second] = [signReport(key, { seq: 3 }), signReport(key, { seq: 4 })]
    expect(await take(key, first, second)).toEqual(['accepted', 'accepted'])
    expect(onDisk()).toMatchObject({ status: 'active', pendingUntilMs: null })
    expect(registry.get(key.kid)).toEqual(onDisk())
    expect(await take(key, signReport(key, { seq: 5 }))).toEqual(['accepted'])
    expect(history()).toEqual([
      {
        atMs: someTimeS * 1000,
        kid: key.kid,
        event: 'device/active',
        actor: 'device',
        detail: { boot: 1, seq: 3 },
        digest: null,
        signatures: [],
      },
    ])
    expect(events.filter((event) => event !== 'told')).toEqual([`device/active ${key.kid}`])
  })

  it.each([
    ['forged', () => forged(signReport(key, { seq: 0 }))],
    ['from the future', () => signReport(key, { seq: 0, time: someTimeS + 301 })],
    [
      'of a schema that nobody knows',
      () => signReport(key, { seq: 0, blocks: [{ ...weather(), schema: 999 } as never] }),
    ],
    ['noise', () => new Uint8Array([1, 2, 3])],
  ])('stays pending after a report that is %s', async (_what, make) => {
    const { take, onDisk, history } = openPending()
    expect(await take(key, make())).not.toEqual(['accepted'])
    expect([onDisk()?.status, history()]).toEqual(['pending', []])
  })

  it('stays pending where the report could not be stored', async () => {
    const { take, onDisk, registry, folder, history } = openPending()
    const { mend } = breakTable(folder, 'history')
    const message = signReport(key, { seq: 0 })
    await expect(take(key, message)).rejects.toThrow('the disk is gone')
    expect([onDisk()?.status, registry.get(key.kid)?.status]).toEqual(['pending', 'pending'])
    mend()
    expect(await take(key, message)).toEqual(['accepted'])
    expect([onDisk()?.status, history().length]).toEqual(['active', 1])
  })
})
