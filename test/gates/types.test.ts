import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFiles, root } from './files.ts'

const tsc = (...options: string[]): string =>
  spawnSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '--pretty', 'false', ...options], {
    cwd: root,
    encoding: 'utf8',
  }).stdout

/** The flag, the error that it finds, and a file that holds it. */
const plants = [
  ['strict', 'TS7006', 'export const f = (x) => x'],
  ['noUncheckedIndexedAccess', 'TS2322', 'export const first = (xs: readonly number[]): number => xs[0]'],
  ['exactOptionalPropertyTypes', 'TS2375', 'export const x: { readonly a?: number } = { a: undefined }'],
  ['noImplicitOverride', 'TS4114', 'class A { f() {} }\nexport class B extends A { f() {} }'],
  [
    'noFallthroughCasesInSwitch',
    'TS7029',
    'export const f = (x: number, g: () => void) => { switch (x) { case 1: g(); case 2: g() } }',
  ],
  ['erasableSyntaxOnly', 'TS1294', 'export enum Colour { red }'],
  ['verbatimModuleSyntax', 'TS1484', "import { PathLike } from 'node:fs'\nexport const x: PathLike = ''"],
] as const

describe('the type check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-types-'))
  let output: string

  beforeAll(() => {
    const config = { extends: `${root}/tsconfig.json`, compilerOptions: { typeRoots: [`${root}/node_modules/@types`] } }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    for (const [flag, , text] of plants) writeFileSync(join(folder, `${flag}.ts`), `${text}\n`)
    output = tsc('-p', folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(plants)('finds a breach of %s', (flag, error) => {
    const lines = output.split('\n').filter((line) => line.includes(`${flag}.ts(`))
    expect(lines.map((line) => /error (TS\d+)/.exec(line)?.[1])).toEqual([error])
  })

  it('sees every TypeScript file of the repository', () => {
    // The page of the dashboard is of a browser, and has a project of its own.
    const projects = [root, `${root}/gateway/dashboard/page`]
    const seen = new Set(projects.flatMap((project) => tsc('-p', project, '--listFilesOnly').split('\n')))
    const files = listFiles().filter((path) => path.endsWith('.ts'))
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((path) => !seen.has(`${root}/${path}`))).toEqual([])
  })
})
