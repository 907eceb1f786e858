import { describe, expect, it } from 'vitest'
import { auditHistory } from '../../../gateway/ownership/index.ts'
import { besideStore, must, openTestStore, testFolder } from '../harness.ts'
import { testKey } from '../keys.ts'
import { ann, attic, bob, openDesk, porch, rotateWaitS } from './scene.ts'

/** A store in which everything happened once: 14 changes, 14 signatures. */
const lived = () => {
  const folder = testFolder()
  const scene = openDesk(openTestStore(folder))
  const shed = testKey('shed')
  scene.register(porch, ann)
  scene.register(shed, null)
  must(scene.desk.place(porch.kid, scene.make.location(porch, ann)))
  must(scene.desk.transfer(porch.kid, scene.make.transfer(porch, ann, bob)))
  must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, bob, true)))
  scene.registry.activated(attic.kid)
  scene.store.devices.activate(attic.kid)
  must(scene.desk.rotate(attic.kid, scene.make.rotate(attic, testKey('roof'), bob, false)))
  must(scene.desk.revoke(testKey('roof').kid, scene.make.revoke(testKey('roof'), bob)))
  must(scene.desk.rotate(attic.kid, scene.make.rotate(attic, testKey('cellar'), bob, false)))
  scene.clock.ms += rotateWaitS * 1000
  scene.desk.applyDue()
  must(scene.desk.revoke(testKey('cellar').kid, scene.make.revoke(testKey('cellar'), bob)))
  const audit = () => auditHistory(scene.store)
  /** Writes past the triggers, as somebody with the file could. */
  const forge = (sql: string): void =>
    besideStore(folder, (database) => {
      for (const name of ['history_unchanged', 'history_kept', 'devices_ended', 'devices_kept'])
        database.exec(`DROP TRIGGER IF EXISTS ${name}`)
      database.exec(sql)
    })
  return { ...scene, folder, audit, forge }
}

describe('the audit of the history', () => {
  it('recovers every signature, and finds no fault where there is none', () => {
    const { audit } = lived()
    expect(audit()).toMatchObject({ faults: [], changes: 14, signatures: 14 })
  })

  const porchsOwner = "(SELECT id FROM history WHERE event = 'device/claimed')"
  it.each([
    ['an owner in the table', `UPDATE devices SET owner = zeroblob(20) WHERE kid = '${porch.kid}'`, 'by its history'],
    ['a status in the table', "UPDATE devices SET status = 'active' WHERE status = 'revoked'", 'by its history'],
    [
      'an heir in the table',
      `UPDATE devices SET rotated_to = 'ffffffffffffffff' WHERE kid = '${porch.kid}'`,
      'by its history',
    ],
    [
      'an owner in a claim',
      `UPDATE history SET detail = json_set(detail, '$.message.owner', '0x${'00'.repeat(20)}') WHERE id = ${porchsOwner}`,
      'the digest is not of the message',
    ],
    [
      'the chain of a claim',
      `UPDATE history SET detail = json_set(detail, '$.chainId', 1) WHERE id = ${porchsOwner}`,
      'the digest is not of the message',
    ],
    [
      'a digest',
      `UPDATE history SET digest = zeroblob(32) WHERE id = ${porchsOwner}`,
      'the digest is not of the message',
    ],
    [
      'a signature',
      `UPDATE history SET signatures = json_set(signatures, '$[0].signature', '0x${'11'.repeat(65)}') WHERE id = ${porchsOwner}`,
      'does not hold',
    ],
    [
      'the name of a signer',
      `UPDATE history SET signatures = json_set(signatures, '$[0].address', '0x${'11'.repeat(20)}') WHERE id = ${porchsOwner}`,
      'does not hold',
    ],
    [
      'a signature away',
      "UPDATE history SET signatures = json_remove(signatures, '$[0]') WHERE event = 'device/transferred'",
      'did not sign',
    ],
    ['all proof away', "UPDATE history SET digest = NULL WHERE event = 'device/transferred'", 'nobody signed'],
    ['the event', "UPDATE history SET event = 'device/placed' WHERE event = 'device/transferred'", 'another message'],
    ['a whole row away', "DELETE FROM history WHERE event = 'device/transferred'", 'signed by another than the owner'],
    [
      'a nonce twice',
      "INSERT INTO history SELECT id + 100, at_ms, kid, event, actor, detail, digest, signatures FROM history WHERE event = 'device/claimed'",
      'a nonce was used twice',
    ],
    [
      'the time of a rotation',
      `UPDATE history SET at_ms = at_ms - 1 WHERE event = 'device/rotated' AND kid = '${attic.kid}'`,
      'no rotation was due',
    ],
    [
      'a claim under another device',
      "UPDATE history SET kid = 'ffffffffffffffff' WHERE event = 'device/claimed'",
      'the key is of another device',
    ],
    [
      'a revoked key back',
      "INSERT INTO history SELECT 900, at_ms, kid, 'device/enrolled', 'device', '{}', NULL, '[]' FROM history WHERE event = 'device/revoked' LIMIT 1",
      'a key came back',
    ],
  ])('finds who writes %s', (_what, sql, fault) => {
    const { audit, forge } = lived()
    forge(sql)
    expect(audit().faults.join('\n')).toContain(fault)
  })

  it('is of rows that SQLite itself keeps: none is changed, none goes', () => {
    const { folder } = lived()
    besideStore(folder, (database) => {
      expect(() => database.exec("UPDATE history SET actor = 'x'")).toThrow('append-only')
      expect(() => database.exec('DELETE FROM history')).toThrow('append-only')
      expect(() => database.exec('DELETE FROM devices')).toThrow('never forgotten')
      expect(() => database.exec("UPDATE devices SET status = 'active' WHERE status = 'revoked'")).toThrow(
        'never comes back',
      )
    })
  })
})
