import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readText, root } from './files.ts'

/** The rule, the file that breaks it, and its text. */
const plants = [
  ['noExplicitAny', 'gateway/any.ts', 'export const f = (x: any): unknown => x'],
  ['noDefaultExport', 'gateway/default.ts', 'export default 1'],
  ['useImportType', 'gateway/type.ts', "import { X } from './x.ts'\nexport const x: X = 1"],
  ['useFilenamingConvention', 'gateway/camelCase.ts', 'export const x = 1'],
  ['noConsole', 'gateway/console.ts', "console.log('x')"],
  ['noEnum', 'gateway/enum.ts', 'export enum Colour {\n  red,\n}'],
  ['noNonNullAssertion', 'gateway/not-null.ts', 'export const f = (x: number | null): number => x!'],
  ['noUnusedImports', 'gateway/unused.ts', "import { x } from './x.ts'"],
  ['noRestrictedGlobals', 'gateway/coverage/clock.ts', 'export const now = () => Date.now()'],
  ['noRestrictedGlobals', 'device-sdk/protocol/buffer.ts', "export const x = Buffer.from('x')"],
  ['format', 'gateway/format.ts', 'export const x = "double";'],
] as const

const allowed = [
  ['bin/console/out.ts', "console.log('x')\n"],
  ['demo/start.ts', "console.log('x')\n"],
  ['vitest.config.ts', 'export default {}\n'],
  ['test/vectors/theirs.json', '{"a":\n1}'],
  ['device-sdk/sensors/records/one.json', '{"a":\n1}'],
] as const

describe('the lint', () => {
  const tree = mkdtempSync(join(tmpdir(), 'hexfix-lint-'))
  let output: string

  beforeAll(() => {
    const config = JSON.parse(readText('biome.json'))
    const planted: [string, string][] = plants.map(([, path, text]) => [path, `${text}\n`])
    const own: [string, string] = ['biome.json', JSON.stringify({ ...config, vcs: { enabled: false } })]
    for (const [path, text] of [...planted, ...allowed, own]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    const biome = `${root}/node_modules/@biomejs/biome/bin/biome`
    const options = [
      'check',
      '--max-diagnostics=500',
      '--reporter=github',
      'bin',
      'demo',
      'device-sdk',
      'gateway',
      'test',
      'vitest.config.ts',
    ]
    output = spawnSync(process.execPath, [biome, ...options], { cwd: tree, encoding: 'utf8' }).stdout
  })
  afterAll(() => rmSync(tree, { recursive: true }))

  it.each(plants)('finds a breach of %s in %s', (rule, path) => {
    const lines = output.split('\n').filter((line) => line.includes(`/${path},`))
    expect(lines.filter((line) => line.startsWith('::error') && line.includes(rule))).not.toEqual([])
  })

  it.each(allowed)('lets %s be', (path) => {
    expect(output.split('\n').filter((line) => line.includes(`/${path},`))).toEqual([])
  })
})
