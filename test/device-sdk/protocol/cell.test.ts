import fc from 'fast-check'
import { cellToChildren, getPentagons, getRes0Cells, isPentagon, isValidCell, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { cellOfWire, cellToWire } from '../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'

/** Base cell and digits under the leading 8; digits 7 are unused. */
const index = (resolution: number, base: number, digits: readonly number[]): string => {
  let bits = (BigInt(resolution) << 7n) | BigInt(base)
  for (let i = 0; i < 15; i++) bits = (bits << 3n) | BigInt(digits[i] ?? 7)
  return `8${bits.toString(16).padStart(14, '0')}`
}

/** The seven bytes as the wire would carry them: without their trailing 0xff. */
const trimmed = (cell: string): Uint8Array => bytesOf(cell.slice(1).replace(/(ff)+$/, ''))

const agrees = (cell: string): void => {
  const isCell = isValidCell(cell)
  const wire = cellToWire(cell)
  if (isCell !== (wire !== null)) expect.fail(`${cell}: h3-js says ${isCell}`)
  const back = cellOfWire(trimmed(cell))
  if (back !== (isCell ? cell : null)) expect.fail(`${cell} comes back as ${back}`)
  if (wire !== null && hexOf(wire) !== hexOf(trimmed(cell))) expect.fail(`${cell} is ${hexOf(wire)}`)
}

const near = fc
  .tuple(
    fc.nat({ max: 15 }),
    fc.oneof(fc.nat({ max: 127 }), fc.constantFrom(4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117, 121, 122)),
    fc.nat({ max: 15 }),
    fc.array(fc.nat({ max: 6 }), { minLength: 15, maxLength: 15 }),
    fc.option(fc.tuple(fc.nat({ max: 14 }), fc.nat({ max: 7 })), { freq: 2 }),
  )
  .map(([resolution, base, leadingZeros, random, oddDigit]) => {
    const digits = random.slice(0, resolution).map((digit, i) => (i < leadingZeros ? 0 : digit))
    while (digits.length < 15) digits.push(7)
    if (oddDigit !== null) digits[oddDigit[0]] = oddDigit[1]
    return index(resolution, base, digits)
  })

describe('the check of a cell by bits', () => {
  it('agrees with h3-js on any 56 bits', () => {
    const any = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n }).map((bits) => `8${bits.toString(16).padStart(14, '0')}`)
    fc.assert(fc.property(any, agrees), { numRuns: 2000 })
  })

  it('agrees with h3-js on bits that are nearly a cell', () =>
    fc.assert(fc.property(near, agrees), { numRuns: 20_000 }))

  it('agrees with h3-js on each base cell at each resolution with each first digit that is not zero', () => {
    for (let base = 0; base < 128; base++) {
      for (let resolution = 0; resolution <= 15; resolution++) {
        const zeros = new Array<number>(resolution).fill(0)
        agrees(index(resolution, base, zeros))
        for (let at = 0; at < resolution; at++) {
          for (let digit = 1; digit <= 7; digit++) agrees(index(resolution, base, zeros.with(at, digit)))
        }
      }
    }
  })

  it('agrees with h3-js where one bit of a pentagon child is changed', () => {
    for (const cell of getPentagons(3).flatMap((pentagon) => [pentagon, ...cellToChildren(pentagon, 5)])) {
      agrees(cell)
    }
    for (const pentagon of getPentagons(9)) {
      expect(isPentagon(pentagon)).toBe(true)
      for (let bit = 0n; bit < 56n; bit++) agrees((BigInt(`0x${pentagon}`) ^ (1n << bit)).toString(16))
    }
  })
})

describe('a cell on the wire', () => {
  it('comes back at every resolution', () => {
    const place = fc.tuple(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
    )
    fc.assert(
      fc.property(place, ([lat, lng]) => {
        for (let resolution = 0; resolution <= 15; resolution++) agrees(latLngToCell(lat, lng, resolution))
      }),
    )
    for (const cell of getRes0Cells()) agrees(cell)
  })

  it('comes back for the centres of the H3 tests', () => {
    for (const { cell } of load('h3_centers').cells) {
      const wire = cellToWire(cell)
      expect(wire === null ? null : cellOfWire(wire)).toBe(cell)
    }
  })

  it('has as many bytes as its resolution needs', () => {
    const lengths = Array.from(
      { length: 16 },
      (_, resolution) => cellToWire(latLngToCell(47.6, -122.3, resolution))?.length,
    )
    expect(lengths).toEqual([2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 7])
  })

  it('is refused untrimmed, empty and too long', () => {
    const wire = cellToWire('8a1fb46622dffff') ?? new Uint8Array(0)
    expect(hexOf(wire)).toBe('a1fb46622d')
    for (const hex of [
      `${hexOf(wire)}ff`,
      `${hexOf(wire)}ffff`,
      '',
      'ff',
      'ffffffffffffff',
      `${hexOf(wire)}ffff00`,
      '00'.repeat(8),
    ]) {
      expect(cellOfWire(bytesOf(hex))).toBeNull()
    }
  })

  it.each([
    '',
    '8',
    '8A1FB46622DFFFF',
    '08a1fb46622dffff',
    '8a1fb46622dfff',
    '9a1fb46622dffff',
    '8a1fb46622dfffg',
    ' a1fb46622dffff',
  ])('is not made from %j', (text) => expect(cellToWire(text)).toBeNull())
})
