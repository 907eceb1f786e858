import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSource, listFiles, readText, root } from './files.ts'
import { allowed, circle, plants } from './plants.ts'

type Cruise = {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[]
  }
}

const config = `${root}/.dependency-cruiser.cjs`
const bin = `${root}/node_modules/dependency-cruiser/bin/dependency-cruise.mjs`

const cruise = (cwd: string): Cruise => {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const run = spawnSync(process.execPath, [bin, '--config', config, '-T', 'json', '.'], options)
  if (run.stdout === '') throw new Error(`dependency-cruiser said nothing but: ${run.stderr}`)
  return JSON.parse(run.stdout)
}

const dependencies = ['commander', 'h3-js', 'mqtt', 'zod', '@noble/secp256k1']

describe('the import rules', () => {
  const tree = mkdtempSync(join(tmpdir(), 'hexfix-imports-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  let found: Set<string>

  beforeAll(() => {
    const versions = Object.fromEntries(dependencies.map((name) => [name, '1.0.0']))
    write(
      'package.json',
      JSON.stringify({ type: 'module', dependencies: versions, devDependencies: { 'dev-only': '1.0.0' } }),
    )
    write('tsconfig.json', readText('tsconfig.json'))
    for (const name of [...dependencies, 'dev-only', 'stray']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
      write(`node_modules/${name}/index.js`, 'module.exports = {}\n')
    }
    for (const [path, text] of allowed) write(path, text)
    write(...circle)
    for (const { file, text } of plants) write(file, text)
    found = new Set(cruise(tree).summary.violations.map(({ from, rule }) => `${rule.name} in ${from}`))
  })
  afterAll(() => rmSync(tree, { recursive: true }))

  it.each(plants.map(({ rule, file }) => [rule, file]))('%s finds %s', (rule, file) => {
    expect(found).toContain(`${rule} in ${file}`)
  })

  it('each have a planted violation', () => {
    const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] }
    expect([...new Set(plants.map(({ rule }) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort())
  })

  it('let each room reach what it may', () => {
    expect([...found].filter((violation) => allowed.has(violation.split(' in ')[1] ?? ''))).toEqual([])
  })
})

describe('the import check', () => {
  it('sees every source file of the repository', () => {
    const seen = new Set(cruise(root).modules.map(({ source }) => source))
    const sources = listFiles().filter(isSource)
    expect(sources.length).toBeGreaterThan(0)
    expect(sources.filter((path) => !seen.has(path))).toEqual([])
  })

  it('fails the command when a rule is broken', () => {
    const tree = mkdtempSync(join(tmpdir(), 'hexfix-imports-'))
    mkdirSync(join(tree, 'gateway'))
    writeFileSync(join(tree, 'package.json'), '{}')
    writeFileSync(join(tree, 'tsconfig.json'), readText('tsconfig.json'))
    writeFileSync(join(tree, 'gateway/lost.ts'), "import './nowhere.ts'\n")
    const run = spawnSync(process.execPath, [bin, '--config', config, '.'], { cwd: tree, encoding: 'utf8' })
    rmSync(tree, { recursive: true })
    expect(run.stdout).toContain('no-unresolvable: gateway/lost.ts')
    expect(run.status).not.toBe(0)
  })
})
