import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { abilities, bundleForEspruino, checkBundle } from '../../../firmware/espruino-profile/index.ts'
import { canaries } from './canaries.ts'

describe('found in a bundle', () => {
  test.each(canaries)('%s: %s', (rule, _name, code) => {
    expect(checkBundle(code).map((finding) => finding.rule)).toContain(rule)
  })

  test('every rule has a canary, but the one for modules, which a bundle cannot have', () => {
    const planted = new Set<string>(canaries.map(([rule]) => rule))
    expect(Object.keys(abilities.syntax).filter((rule) => !planted.has(rule))).toEqual(['import'])
  })
})

test.each([
  ['let, const, arrows, template strings', 'let a = 1; const b = (x) => `${' + 'x}`; print(b(a))'],
  [
    'classes, getters, fields, inheritance',
    'class A { x = 1; get y() { return this.x } } class B extends A {} print(new B().y)',
  ],
  ['for of, ??, try without a name', 'for (const x of [1]) print(x ?? 2); try { print(1) } catch { print(2) }'],
  ['promises', 'new Promise((done) => done(1)).then((x) => print(x)).catch(print)'],
  ['typed arrays', 'const a = new Uint24Array(3); a.set([1, 2], 1); print(a.subarray(1).map((x) => x * 2).join())'],
  ['what the firmware adds', 'print(E.convolve([1], [2], 0), E.hwRand(), require("Storage").read("a"))'],
  [
    'a closure over what the body of a loop declares',
    'var f = []; for (let i = 0; i < 3; i++) { const j = i; f.push(() => j) }',
  ],
  ['a function that runs later uses a later one', 'const f = () => g(); const g = () => 1; f()'],
  ['the same name in two blocks', 'let t = 1; const f = () => { if (t) { t = 2 } { let t = 3; print(t) } }; f()'],
  ['asking whether there is such a thing', 'if (typeof Map === "undefined") print(typeof Math.imul)'],
  ['a method of its own with a foreign name', 'class A { at() { return 1 } } print(new A().at())'],
  ['adding to a prototype', 'Array.prototype.last = function () { return this[this.length - 1] }'],
  ['small powers, and powers of what is no whole number', 'var n = 2.5; print(Math.pow(2, 9), Math.pow(n, 12))'],
  ['an index that counts down to zero', 'var a = [1]; for (var i = 1; i-- > 0; ) print(a[i])'],
  ['hasOwnProperty by the prototype', 'print(Object.prototype.hasOwnProperty.call({}, "a"))'],
])('left alone: %s', (_name, code) => {
  expect(checkBundle(code)).toEqual([])
})

test('a finding names the line of the source, through the map of the bundle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-profile-'))
  try {
    writeFileSync(join(folder, 'entry.ts'), "import { double } from './part.ts'\nprint(double(2))\n")
    writeFileSync(
      join(folder, 'part.ts'),
      '// one\n\nexport const double = (x: number): number => {\n  return Math.imul(x, 2)\n}\n',
    )
    const { plain } = await bundleForEspruino(join(folder, 'entry.ts'))
    const [finding, ...others] = checkBundle(plain.code, plain.map)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ rule: 'missing static', what: 'Math.imul', line: 4, column: 10 })
    expect(finding?.file).toMatch(/part[.]ts$/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['destructuring', 'const { a } = JSON.parse("{}"); print(a)'],
  ['default arguments', 'const f = (a = 1) => a; print(f())'],
  ['async', 'const f = async () => 1; print(f())'],
])('esbuild itself refuses %s', async (_name, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-profile-'))
  try {
    writeFileSync(join(folder, 'entry.ts'), code)
    await expect(bundleForEspruino(join(folder, 'entry.ts'))).rejects.toThrow(/not supported yet/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
