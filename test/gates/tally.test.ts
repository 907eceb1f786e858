import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from './files.ts'

type Run = { readonly status: number | null; readonly stdout: string; readonly last: string | undefined }

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Runs the script behind `npm test` on another suite. */
const runSuite = (files: Record<string, string>, env: { CI?: string } = {}, build = ''): Run => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-tally-'))
  folders.push(folder)
  mkdirSync(join(folder, 'scripts'))
  for (const name of ['test.mjs', 'tally.mjs']) cpSync(`${root}/scripts/${name}`, join(folder, 'scripts', name))
  writeFileSync(join(folder, 'scripts/build.mjs'), build)
  symlinkSync(`${root}/node_modules`, join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.test.mjs`), `import { it, describe, beforeAll } from 'vitest'\n${text}\n`)
  }
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|CI$|NODE_ENV$)/.test(name))
  const run = spawnSync(process.execPath, ['scripts/test.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...Object.fromEntries(inherited), ...env },
  })
  return { status: run.status, stdout: run.stdout, last: run.stdout.trimEnd().split('\n').at(-1) }
}

const pass = "it('passes', () => {})"
const skip = "it('is left out', (ctx) => ctx.skip('no library; run: install the library'))"

describe('npm test', () => {
  it('ends with the tally and status 0 when all passed', () => {
    expect(runSuite({ pass })).toMatchObject({ status: 0, last: '1 passed, 0 failed, 0 skipped' })
  })

  it('counts as failed what throws, what cannot be imported, what a broken hook kept from running', () => {
    const run = runSuite({
      pass,
      fail: "it('fails', () => { throw new Error('planted') })",
      lost: "import './nowhere.mjs'\nit('never runs', () => {})",
      hook: "describe('d', () => { beforeAll(() => { throw new Error('planted') }); it('never runs', () => {}) })",
    })
    expect(run).toMatchObject({ status: 1, last: '1 passed, 4 failed, 0 skipped' })
  })

  it('counts an error outside a test as failed', () => {
    const late = "it('passes', () => { Promise.reject(new Error('planted')) })"
    expect(runSuite({ late })).toMatchObject({ status: 1, last: '1 passed, 1 failed, 0 skipped' })
  })

  it('counts a process that died as failed', () => {
    const run = runSuite({ pass, dead: "it('dies', () => process.abort())" })
    expect(run.status).toBe(1)
    expect(run.last).toMatch(/^1 passed, [1-9]\d* failed, 0 skipped$/)
  })

  it('says of a skip why, and what would make it run', () => {
    const run = runSuite({ pass, skip })
    expect(run).toMatchObject({ status: 0, last: '1 passed, 0 failed, 1 skipped' })
    expect(run.stdout).toContain(
      'skipped: skip.test.mjs > is left out\n  why: no library\n  run: install the library\n',
    )
  })

  it('fails on a skip in CI', () => {
    expect(runSuite({ pass, skip }, { CI: 'true' })).toMatchObject({ status: 1, last: '1 passed, 0 failed, 1 skipped' })
  })

  it('fails when nothing ran', () => {
    expect(runSuite({})).toMatchObject({ status: 1, last: '0 passed, 0 failed, 0 skipped' })
  })

  it('fails when the build fails', () => {
    const run = runSuite({ pass }, {}, 'process.exit(1)')
    expect(run).toMatchObject({ status: 1, last: '0 passed, 1 failed, 0 skipped' })
  })
})
