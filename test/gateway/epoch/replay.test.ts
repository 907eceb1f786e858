import { describe, expect, it } from 'vitest'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { placeOf } from '../../../gateway/registry/index.ts'
import { readStore } from '../../../gateway/store/index.ts'
import { besideStore, changeDevice, codeOf, must } from '../harness.ts'
import { signReport, weather } from '../keys.ts'
import { alpha, beta, heard, liar, openScene, porch } from './scene.ts'

type Scene = ReturnType<typeof openScene>

const play = async ({ report, reportBeacon }: Scene): Promise<void> => {
  await reportBeacon(alpha, 'a1')
  await report(beta, weather(), { type: 'witness', rows: [heard(alpha, 'a1'), heard(alpha, 'never sent')] })
  await report(liar, { type: 'witness', rows: [heard(alpha, 'a1', -40)] })
  await report(porch, weather())
}

const closed = async (): Promise<Scene> => {
  const scene = openScene(1_000_003n)
  await play(scene)
  scene.pass()
  scene.desk.closeDue()
  return scene
}

const change = ({ folder }: Scene, sql: string): void => besideStore(folder, (database) => database.exec(sql))

describe('the replay of an epoch', () => {
  it('gives verdicts, shares and root to the byte, the same on every machine', async () => {
    const scene = await closed()
    expect(must(replayEpoch(scene.store, scene.first))).toEqual({
      epoch: scene.first,
      ruleset: '56c79c8d1d3ed0a6cf14ee84be34f778ef9cfb515227616be5cee6a63c16b7c2',
      verdicts: 4,
      shares: 3,
      root: '9857ed6d0f94ca54533d27f0d4245c72d0667b04dab35f38fc5b15356027b208',
      digest: 'c7c603a1d12b9069cab803baf20cef737c97d68bd0e0c8957d1335f2cfd7d87f',
      differences: [],
    })
  })

  it('reads a folder beside the running gateway', async () => {
    const scene = await closed()
    const store = must(readStore(scene.folder))
    expect(must(replayEpoch(store, scene.first)).differences).toEqual([])
    store.close()
  })

  it('holds for each epoch of several, with what the one before could not pay', async () => {
    const scene = openScene(7n)
    scene.pass()
    scene.desk.closeDue()
    await play(scene)
    scene.pass()
    scene.desk.closeDue()
    for (const epoch of [scene.first, scene.first + 1]) {
      expect(must(replayEpoch(scene.store, epoch)).differences).toEqual([])
    }
  })

  it('is not moved by what came later: another place, an equivocation, a revocation', async () => {
    const scene = await closed()
    const elsewhere = must(placeOf({ lat: 10, lng: 10, gainDbi: 0 }))
    changeDevice(scene.registry, beta.kid, { place: elsewhere }, scene.clock.ms)
    expect(await scene.take(beta, signReport(beta, { seq: 0, blocks: [weather(3)] }))).toEqual(['report/equivocation'])
    changeDevice(scene.registry, alpha.kid, { status: 'revoked' })
    expect(must(replayEpoch(scene.store, scene.first)).differences).toEqual([])
  })

  it('leaves out what was equivocated before the epoch closed', async () => {
    const scene = openScene()
    await play(scene)
    await scene.take(beta, signReport(beta, { seq: 0, blocks: [weather(3)] }))
    scene.pass()
    expect(scene.desk.closeDue()?.verdicts.map(({ kid }) => kid)).toEqual([alpha.kid, liar.kid])
    expect(must(replayEpoch(scene.store, scene.first)).differences).toEqual([])
  })

  it.each([
    ['an amount', 'UPDATE shares SET amount = amount + 1 WHERE place = 1', /^share 1: stored /],
    ['a verdict', "UPDATE verdicts SET code = 'accepted', rule = NULL WHERE kid = '%'", /^verdict \d: stored /],
    ['a root', "UPDATE epochs SET root = 'ff'", /^root: stored ff, computed /],
    ['a row less', 'DELETE FROM shares WHERE place = 2', /^share 2: stored nothing, computed /],
    [
      'another place',
      "DROP TRIGGER history_unchanged; UPDATE history SET detail = json_set(detail, '$.place.latE7', 0)",
      /^(verdict|share|root)/,
    ],
  ])('finds %s that was changed', async (_what, sql, difference) => {
    const scene = await closed()
    change(scene, sql.replace('%', liar.kid))
    expect(must(replayEpoch(scene.store, scene.first)).differences.join('\n')).toMatch(new RegExp(difference, 'm'))
  })

  it('needs an epoch that was closed, by rules that this version has', async () => {
    const scene = await closed()
    expect(codeOf(replayEpoch(scene.store, 5))).toBe('epoch/unknown')
    change(scene, "UPDATE epochs SET ruleset = 'ff'")
    expect(codeOf(replayEpoch(scene.store, scene.first))).toBe('ruleset/unknown')
  })
})
