import { parse } from 'acorn'
import { expect, test } from 'vitest'
import { profileContext } from '../../../firmware/espruino-profile/index.ts'
import { onDemand } from '../../../firmware/espruino-profile/on-demand.ts'

/** As esbuild writes it: `seldom` is called now and then, and its module beside it. */
const bundle = `// protocol/shared.ts
var shared = (x) => x + 1;
// protocol/helper.ts
var table = new Uint8Array([2, 3]);
var helper = (x) => shared(x) * table[0];
var inner = (x) => helper(x) + 1;
// loop/kept.ts
var calls = 0;
// loop/seldom.ts
var seldom = (x) => ({ value: inner(x), calls: ++calls });
// loop/main.ts
var opened = print("once");
for (let i = 0; i < 3; i++) print(seldom(i).value + " " + calls);
print(shared(1));
`
const declared = (code: string): string[] =>
  parse(code, { ecmaVersion: 2020 }).body.flatMap((node) =>
    node.type === 'VariableDeclaration' ? node.declarations.map(({ id }) => (id as { name: string }).name) : [],
  )
const printed = (code: string): string[] => {
  const lines: string[] = []
  const context = profileContext(new Map(), (line) => lines.push(line))
  context.run(code)
  context.stop()
  return lines
}
const made = (modules: Record<string, string>): string => onDemand(bundle, modules)

test('what only a function on demand uses stands in it, from whatever file, and the program does the same', () => {
  const code = made({ 'loop/seldom.ts': 'seldom' })
  expect(declared(code)).toEqual(['shared', 'calls', 'seldom', 'opened'])
  expect(printed(code)).toEqual(printed(bundle))
  expect(printed(bundle)).toEqual(['once', '3 1', '5 2', '7 3', '2'])
})

test('it is made anew at each call, and let go after', () => {
  const code = made({ 'loop/seldom.ts': 'seldom' }).replace(
    'shared(x) * table[0]',
    '(print("used"), shared(x) * table[0])',
  )
  const counted = code.replace('var table = new', 'var table = print("made") || new')
  expect(printed(counted).filter((line) => line === 'made').length).toBe(3)
})

test('one of them stands in the other where nobody else calls it', () => {
  const code = made({ 'loop/seldom.ts': 'seldom', 'protocol/helper.ts': 'inner' })
  expect(declared(code)).toEqual(['shared', 'calls', 'seldom', 'opened'])
  expect(code).toMatch(/var inner = \(x\) => {\s*var table/)
  expect(printed(code)).toEqual(printed(bundle))
})

test('a name that would mean another thing inside stays where it is', () => {
  const clash = bundle
    .replace('var seldom = (x)', 'var seldom = (shared)')
    .replace('inner(x), calls', 'inner(shared), calls')
  const code = onDemand(clash, { 'loop/seldom.ts': 'seldom' })
  expect(declared(code)).toContain('helper')
  expect(printed(code)).toEqual(printed(bundle))
})

test('without any of them nothing moves', () => {
  expect(printed(made({}))).toEqual(printed(bundle))
  expect(declared(made({}))).toEqual(declared(bundle))
})
