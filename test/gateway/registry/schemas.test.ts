import { describe, expect, it } from 'vitest'
import { schemasMax, signSchema, standardSchema, verifySchema } from '../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { openSchemas } from '../../../gateway/registry/index.ts'
import type { Store } from '../../../gateway/store/index.ts'
import { besideStore, codeOf, must, openTestStore, testFolder } from '../harness.ts'
import { net, testKey } from '../keys.ts'

const gateway = testKey('gateway')
const open = (store: Store, key = gateway, onNet = net) => {
  const identity = { net: onNet, publicKey: key.signer.publicKey, sign: key.signer.sign }
  return openSchemas({ store, identity, sha256, verify: nobleVerify, now: () => 5 })
}
const soil = { id: 1024, name: 'soil', fields: [['moisture', '%', -1]] as const }

describe('the schemas of a network', () => {
  it('are found by id beside the standard ones, after a restart too', () => {
    const store = openTestStore()
    const schemas = must(open(store))
    expect(schemas.schemaOf(1024)).toBeUndefined()
    const added = must(schemas.add(soil))
    expect(must(verifySchema(added, net, gateway.signer.publicKey, sha256, nobleVerify))).toEqual(soil)
    for (const opened of [schemas, must(open(store))]) {
      expect(opened.schemaOf(1024)).toEqual(soil)
      expect(opened.schemaOf(1)).toBe(standardSchema(1))
      expect(opened.schemaOf(1025)).toBeUndefined()
      expect(opened.own()).toMatchObject([{ schema: soil, addedMs: 5 }])
    }
  })

  it('are never redefined, and the same one again changes nothing', () => {
    const store = openTestStore()
    const schemas = must(open(store))
    const first = must(schemas.add(soil))
    expect(must(schemas.add({ ...soil }))).toBe(first)
    expect(codeOf(schemas.add({ ...soil, fields: [['moisture', '%', 0]] }))).toBe('schema/taken')
    expect(codeOf(schemas.add({ ...soil, name: 'earth' }))).toBe('schema/taken')
    expect(codeOf(schemas.add({ ...soil, id: 1025 }))).toBe('schema/taken')
    expect(codeOf(schemas.add({ ...soil, id: 1025, name: 'weather' }))).toBe('schema/taken')
    expect(schemas.schemaOf(1024)).toEqual(soil)
    expect(store.schemas.all()).toHaveLength(1)
  })

  it('are not loaded where another key or network signed them, or a byte was changed', () => {
    const folder = testFolder()
    const store = openTestStore(folder)
    must(must(open(store)).add(soil))
    expect(codeOf(open(store, testKey('other')))).toBe('schema/bad-signature')
    expect(codeOf(open(store, gateway, net + 1))).toBe('schema/bad-signature')
    expect(codeOf(open(store))).toBe('ok')
    besideStore(folder, (database) => database.exec('UPDATE schemas SET id = 2048'))
    expect(codeOf(open(store))).toBe('schema/malformed')
    besideStore(folder, (database) => database.exec("UPDATE schemas SET id = 1024, document = x'00'"))
    expect(codeOf(open(store))).toBe('schema/bad-signature')
  })

  it('have a maximum', () => {
    const store = openTestStore()
    const identity = { net, publicKey: gateway.signer.publicKey, sign: () => new Uint8Array(64) }
    const schemas = must(openSchemas({ store, identity, sha256, verify: () => true, now: () => 0 }))
    for (let i = 0; i < schemasMax; i++) must(schemas.add({ ...soil, id: 1024 + i, name: `soil${i}` }))
    expect(codeOf(schemas.add({ ...soil, id: 9999, name: 'last' }))).toBe('schema/too-many')
  })

  it('are inserted once for an id', () => {
    const store = openTestStore()
    const signed = signSchema(soil, net, sha256, gateway.signer.sign)
    expect(store.schemas.insert({ ...signed, id: 1024, addedMs: 1 })).toBe(true)
    expect(store.schemas.insert({ ...signed, id: 1024, addedMs: 2 })).toBe(false)
    expect(store.schemas.all()).toEqual([{ ...signed, id: 1024, addedMs: 1 }])
  })
})
