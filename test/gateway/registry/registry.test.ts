import { getResolution, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { openRegistry, placeOf } from '../../../gateway/registry/index.ts'
import { breakTable, codeOf, must, openTestRegistry } from '../harness.ts'
import { testKey } from '../keys.ts'

const key = testKey('porch')
const berlin = { lat: 52.52, lng: 13.405, gainDbi: 2.15 }

describe('the registry', () => {
  it('is the same after a restart: devices, places and who is revoked', () => {
    const { store, registry } = openTestRegistry([key, testKey('second')])
    must(registry.place(key.kid, must(placeOf(berlin)), 0))
    must(registry.revoke(testKey('second').kid))
    const plain = (one: ReturnType<typeof openRegistry>) =>
      one
        .all()
        .map(({ kid, name, status, place }) => ({ kid, name, status, place }))
        .sort((a, b) => (a.kid < b.kid ? -1 : 1))
    expect(plain(openRegistry(store))).toEqual(plain(registry))
    expect(plain(registry).map(({ status }) => status)).toContain('revoked')
  })

  it('knows nothing of strangers', () => {
    const { registry } = openTestRegistry([])
    expect(registry.get(key.kid)).toBeNull()
    expect(codeOf(registry.revoke(key.kid))).toBe('device/unknown')
    expect(codeOf(registry.place(key.kid, must(placeOf(berlin)), 0))).toBe('device/unknown')
  })

  it('says of a device only what is on disk', () => {
    const { folder, registry } = openTestRegistry([key])
    const { mend } = breakTable(folder, 'devices', 'UPDATE')
    expect(() => registry.revoke(key.kid)).toThrow('the disk is gone')
    expect(registry.get(key.kid)?.status).toBe('active')
    mend()
    must(registry.revoke(key.kid))
    expect(registry.get(key.kid)?.status).toBe('revoked')
  })

  it('revokes for good: a second time changes nothing', () => {
    const { registry } = openTestRegistry([key])
    must(registry.revoke(key.kid))
    expect(must(registry.revoke(key.kid)).status).toBe('revoked')
    expect(must(registry.place(key.kid, must(placeOf(berlin)), 0)).status).toBe('revoked')
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
})
