import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { abilities, bundleForEspruino, checkBundle } from '../../../firmware/toolchain/espruino-profile/index.ts'

type Rule = keyof typeof abilities.syntax

/** Each breaks one rule; all were refused, or went wrong in silence, on the real interpreter. */
const canaries: [Rule, string, string][] = [
  ['destructuring', 'object', 'var {a} = {a: 1}'],
  ['destructuring', 'array', 'var [a] = [1]'],
  ['default parameter', 'function', 'var f = function (a = 2) { return a }'],
  ['rest parameter', 'function', 'var f = function (...a) { return a }'],
  ['spread', 'array', 'var a = [...[1]]'],
  ['spread', 'call', 'print(Math.max(...[1, 2]))'],
  ['spread', 'object', 'var a = {...{a: 1}}'],
  ['optional chaining', 'member', 'var a = {}; print(a?.b)'],
  ['exponent', 'operator', 'print(2 ** 3)'],
  ['exponent', 'assignment', 'var a = 2; a **= 3'],
  ['computed key', 'object', 'var k = "a"; var o = {[k]: 1}'],
  ['label', 'loop', 'x: for (;;) { break x }'],
  ['generator', 'function', 'var f = function* () {}'],
  ['async', 'function', 'var f = async function () {}'],
  ['async', 'arrow', 'var f = async () => 1'],
  ['private name', 'field', 'class A { #x = 1 }'],
  ['tagged template', 'call', 'var f = function (s) { return s }; f`a`'],
  ['logical assignment', 'nullish', 'var a = null; a ??= 2'],
  ['logical assignment', 'or', 'var a = 0; a ||= 2'],
  ['with', 'statement', 'with ({a: 1}) { print(1) }'],
  ['new.target', 'function', 'var F = function () { return new.target }'],
  ['bigint', 'literal', 'print(2n)'],
  ['early use', 'function before its definition', 'f(); function f() {}'],
  ['early use', 'function before its definition, inside', '(function () { g(); function g() {} })()'],
  ['early use', 'assigned before its declaration', '(function () { a = 1; var a })()'],
  ['early use', 'read before its declaration', '(function () { print(a); var a = 1 })()'],
  ['early use', 'class before its definition', 'new A(); class A {}'],
  ['loop closure', 'for let', 'var f = []; for (let i = 0; i < 3; i++) f.push(() => i)'],
  ['loop closure', 'for const of', 'var f = []; for (const i of [1]) f.push(function () { return i })'],
  ['return and line end', 'return', 'var f = function () { return\n1 }'],
  ['missing global', 'Map', 'new Map()'],
  ['missing global', 'Set', 'new Set()'],
  ['missing global', 'Symbol', 'Symbol()'],
  ['missing global', 'TextEncoder', 'new TextEncoder()'],
  ['missing global', 'BigInt', 'BigInt(1)'],
  ['missing global', 'a name that nobody has', 'nobody()'],
  ['missing static', 'Math.imul', 'Math.imul(2, 3)'],
  ['missing static', 'Math.trunc', 'Math.trunc(1.5)'],
  ['missing static', 'Number.isInteger', 'Number.isInteger(1)'],
  ['missing static', 'Uint8Array.from', 'Uint8Array.from([1])'],
  ['missing static', 'Array.from', 'Array.from([1])'],
  ['missing static', 'Object.freeze', 'Object.freeze({})'],
  ['missing static', 'by a string', 'Math["imul"](2, 3)'],
  ['missing member', 'copyWithin', 'var a = [1]; a.copyWithin(0, 0)'],
  ['missing member', 'flat', '[[1]].flat()'],
  ['missing member', 'at', '"abc".at(0)'],
  ['prototype value', 'Array.prototype.slice', 'Array.prototype.slice.call([1], 0)'],
  ['prototype value', 'Uint8Array.prototype.slice', 'var f = Uint8Array.prototype.slice'],
]

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
  ['let, const, arrows, template strings', 'let a = 1; const b = (x) => `${x}${a}`; print(b(2))'],
  ['classes, getters, fields, inheritance', 'class A { x = 1; get y() { return this.x } } class B extends A {} print(new B().y)'],
  ['for of, ??, try without a name', 'for (const x of [1]) print(x ?? 2); try { print(1) } catch { print(2) }'],
  ['promises', 'new Promise((done) => done(1)).then((x) => print(x)).catch(print)'],
  ['typed arrays', 'const a = new Uint24Array(3); a.set([1, 2], 1); print(a.subarray(1).map((x) => x * 2).join())'],
  ['what the firmware adds', 'print(E.convolve([1], [2], 0), E.hwRand(), require("Storage").read("a"))'],
  ['a closure over what the body of a loop declares', 'var f = []; for (let i = 0; i < 3; i++) { const j = i; f.push(() => j) }'],
  ['a function that runs later uses a later one', 'const f = () => g(); const g = () => 1; f()'],
  ['the same name in two blocks', 'let t = 1; const f = () => { if (t) { t = 2 } { let t = 3; print(t) } }; f()'],
  ['asking whether there is such a thing', 'if (typeof Map === "undefined") print(typeof Math.imul)'],
  ['a method of its own with a foreign name', 'class A { at() { return 1 } } print(new A().at())'],
  ['adding to a prototype', 'Array.prototype.last = function () { return this[this.length - 1] }'],
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
    const bundle = await bundleForEspruino(join(folder, 'entry.ts'))
    const [finding, ...others] = checkBundle(bundle.code, bundle.map)
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
