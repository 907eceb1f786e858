import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type ProfileContext, profileContext } from '../../../firmware/espruino-profile/index.ts'

const open: ProfileContext[] = []
const start = () => {
  const lines: string[] = []
  const context = profileContext(new Map(), (line) => lines.push(line))
  open.push(context)
  return { context, lines }
}
afterEach(() => {
  for (const context of open.splice(0)) context.stop()
})

describe('what the interpreter lacks fails here', () => {
  test.each([
    'new Map()',
    'new Set()',
    'Symbol()',
    'new TextEncoder()',
    'BigInt(1)',
    'Math.imul(1, 2)',
    'Math.trunc(1)',
    'Number.isInteger(1)',
    'Uint8Array.from([1])',
    'Array.from([1])',
    'Object.freeze({})',
    'new ArrayBuffer(4).slice(1)',
    '[[1]].flat()',
    '[1].at(0)',
    'new Uint8Array(2).copyWithin(0, 1)',
    'Array.prototype.slice.call([1])',
    'Uint8Array.prototype.slice.call(new Uint8Array(1))',
    '"abc".codePointAt(0)',
    'structuredClone({})',
    'require("nothing")',
    'Map.call',
  ])('%s', (code) => {
    expect(() => start().context.run(code)).toThrow()
  })

  test('a power is multiplied out up to the ninth, and not exact after it', () => {
    const { context } = start()
    expect(context.run('[Math.pow(2, 9), Math.pow(-2, 3), Math.pow(7, 0)].join()')).toBe('512,-8,1')
    // What the interpreter prints of the difference: -2.42143869400e-8.
    expect(context.run('Math.pow(2, 24) - 16777216')).toBeCloseTo(-2.421438694e-8, 15)
    expect(context.run('Math.pow(-2, 11)')).toBeCloseTo(-2048, 9)
  })

  test('a method under a computed name, which the check cannot see', () => {
    expect(() => start().context.run('var name = "im" + "ul"; Math[name](1, 2)')).toThrow()
  })
})

describe('what it has works here', () => {
  test.each([
    ['[1, 2].slice(1).length', 1],
    ['[] instanceof Array', true],
    ['new Uint8Array(2) instanceof Uint8Array', true],
    ['new Error("a") instanceof Error', true],
    ['new Uint8Array(2).slice(1) instanceof Uint8Array', false],
    ['new Uint8Array(2).subarray(1) instanceof Uint8Array', true],
    ['typeof Array.prototype', 'object'],
    ['typeof Array.prototype.slice', 'undefined'],
    ['Array.prototype.last = function () { return this[this.length - 1] }; [1, 2].last()', 2],
    ['new Uint24Array([0x1000001])[0]', 1],
    ['new Uint24Array(new Uint8Array([1, 2, 3, 4, 5, 6]).buffer)[1]', 0x060504],
    ['E.convolve([1, 2], [3, 4, 5], -1)', 11],
    ['E.convolve([1, 1, 1], [1, 10], 1)', 21],
    ['var cut = new Uint24Array(1); cut[0] = 1125899906842623; cut[0]', 0xffffff],
    ['var wide = new Uint24Array(4); wide.subarray(1)[0] = -1; wide[1]', 0xffffff],
    ['var to = new Uint8Array(3); E.mapInPlace(new Uint8Array([2, 0]), to, [7, 8, 9]); to.join()', '9,7,0'],
    [
      'var to = new Uint8Array(6); E.mapInPlace(new Uint24Array([0x030201, 4]), to, undefined, -8); to.join()',
      '1,2,3,4,0,0',
    ],
    ['var to = new Uint24Array(1); E.mapInPlace(new Uint8Array([1, 2, 3]), to, undefined, -24); to[0]', 0x030201],
    ['var to = new Uint8Array(8); E.mapInPlace(new Uint8Array([5]), to, undefined, 1); to.join("")', '00000101'],
    ['E.toUint8Array(1, [2, 3], new Uint8Array([4])).join()', '1,2,3,4'],
    ['E.hwRand() !== E.hwRand()', true],
    ['E.toString([72, 105])', 'Hi'],
    ['typeof E.getAddressOf("a", true)', 'number'],
    ['require("Storage").write("a", new Uint8Array([1, 255])); require("Storage").read("a").charCodeAt(1)', 255],
    ['typeof require("Storage").readArrayBuffer("none")', 'undefined'],
    ['new Uint8Array(require("Storage").readArrayBuffer("a") || 3).length', 3],
    ['atob(btoa("abc"))', 'abc'],
    ['Object.prototype.hasOwnProperty.call({ a: 1 }, "a")', true],
  ])('%s', (code, value) => {
    expect(start().context.run(code)).toBe(value)
  })

  test('SHA-256 of the firmware', () => {
    const digest = start().context.run('new Uint8Array(require("crypto").SHA256("abc"))') as Uint8Array
    expect(Buffer.from(digest).toString('hex')).toBe(createHash('sha256').update('abc').digest('hex'))
  })

  test('timers run, an error in one is printed and not thrown, and stop ends them', async () => {
    const { context, lines } = start()
    await new Promise<void>((done) => {
      const run = context.run(
        '(function (done) { setTimeout(function () { nobody() }, 1); setTimeout(function () { print("late"); done() }, 5) })',
      ) as (done: () => void) => void
      run(done)
    })
    expect(lines[0]).toMatch(/^Uncaught ReferenceError/)
    expect(lines[1]).toBe('late')
    context.run('var id = setInterval(function () { print("on") }, 1); clearInterval(id)')
    context.stop()
  })
})
