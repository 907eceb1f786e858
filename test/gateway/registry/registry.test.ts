import { getResolution, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { heirsOf, inService, openRegistry, placeOf, placeOfCell } from '../../../gateway/registry/index.ts'
import { breakTable, changeDevice, codeOf, must, openTestRegistry } from '../harness.ts'
import { testKey } from '../keys.ts'

const key = testKey('porch')
const berlin = { lat: 52.52, lng: 13.405, gainDbi: 2.15 }

describe('the registry', () => {
  it('is the same after a restart: devices, places and who is revoked', () => {
    const { store, registry } = openTestRegistry([key, testKey('second')])
    changeDevice(registry, key.kid, { place: must(placeOf(berlin)), owner: new Uint8Array(20).fill(7) })
    changeDevice(registry, testKey('second').kid, { status: 'revoked' })
    const plain = (one: ReturnType<typeof openRegistry>) =>
      one
        .all()
        .map(({ publicKey, address, owner, ...rest }) => ({ ...rest, owner: owner?.[19] ?? null }))
        .sort((a, b) => (a.kid < b.kid ? -1 : 1))
    expect(plain(openRegistry(store))).toEqual(plain(registry))
    expect(plain(registry).map(({ status }) => status)).toContain('revoked')
  })

  it('knows nothing of strangers', () => {
    const { registry } = openTestRegistry([])
    expect(registry.get(key.kid)).toBeNull()
    expect(codeOf(inService(registry, key.kid))).toBe('device/unknown')
  })

  it('says of a device only what is on disk', () => {
    const { folder, registry } = openTestRegistry([key])
    const { mend } = breakTable(folder, 'devices', 'UPDATE')
    const revoke = () => changeDevice(registry, key.kid, { status: 'revoked' })
    expect(revoke).toThrow('the disk is gone')
    expect(registry.get(key.kid)?.status).toBe('active')
    mend()
    revoke()
    expect(registry.get(key.kid)?.status).toBe('revoked')
  })

  it.each(['revoked', 'rotated'] as const)('never brings a %s key back: the store itself refuses', (status) => {
    const { store, registry } = openTestRegistry([key])
    changeDevice(registry, key.kid, { status })
    expect(() => changeDevice(registry, key.kid, { status: 'active' })).toThrow('never comes back')
    store.devices.activate(key.kid)
    expect([registry.get(key.kid)?.status, openRegistry(store).get(key.kid)?.status]).toEqual([status, status])
  })

  it('follows a key to the last of those that took its place', () => {
    const [second, third] = [testKey('second'), testKey('third')]
    const { registry, store } = openTestRegistry([key, second, third])
    changeDevice(registry, key.kid, { status: 'rotated', rotatedTo: second.kid })
    changeDevice(registry, second.kid, { status: 'rotated', rotatedTo: third.kid })
    const heirOf = heirsOf(store.history.successions())
    expect([key, second, third].map(({ kid }) => heirOf(kid))).toEqual([third.kid, third.kid, third.kid])
    expect(heirOf('nobody')).toBe('nobody')
    expect(() => changeDevice(registry, key.kid, { rotatedTo: third.kid })).toThrow('UNIQUE')
  })
})

describe('an asserted place', () => {
  it('is an H3 cell of resolution 12 with its centre in whole 1e-7 degrees', () => {
    const place = must(placeOf(berlin))
    expect(place.cell).toBe(latLngToCell(berlin.lat, berlin.lng, 12))
    expect(getResolution(place.cell)).toBe(12)
    for (const whole of [place.latE7, place.lngE7, place.gainDdbi]) expect(Number.isInteger(whole)).toBe(true)
    expect(Math.abs(place.latE7 / 1e7 - berlin.lat)).toBeLessThan(0.001)
    expect(place.gainDdbi).toBe(22)
  })

  it.each([
    [90, 180],
    [-90, -180],
    [0, 0],
  ])('may be %d, %d', (lat, lng) => {
    expect(codeOf(placeOf({ lat, lng, gainDbi: 0 }))).toBe('ok')
  })

  it.each([
    [90.1, 0, 0],
    [0, 180.1, 0],
    [Number.NaN, 0, 0],
    [0, Number.POSITIVE_INFINITY, 0],
    [0, 0, Number.NaN],
  ])('is not %d, %d with %d dBi', (lat, lng, gainDbi) => {
    expect(codeOf(placeOf({ lat, lng, gainDbi }))).toBe('place/not-a-cell')
  })

  it('may be given as its cell, and is the same place', () => {
    const place = must(placeOf(berlin))
    expect(must(placeOfCell(place.cell, place.gainDdbi, -15))).toEqual({ ...place, altitudeDm: -15 })
  })

  it.each(['8b1f1d48934afff', '8d1f1d48934ad3f', '8c1f1d48934adfe', '0c1f1d48934adff', '8cffffffffffdff', ''])(
    'is no cell %s',
    (cell) => {
      expect(codeOf(placeOfCell(cell, 0, 0))).toBe('place/not-a-cell')
    },
  )
})
