import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readText, root } from './files.ts'

const files = {
  'package.json': '{ "type": "module", "dependencies": { "left-over": "1.0.0" } }',
  'tsconfig.json': '{}',
  'knip.json': readText('knip.json'),
  'bin/hexfix.ts': "import { used } from '../gateway/part.ts'\nimport 'not-listed'\nused()\n",
  'gateway/part.ts': 'export const used = (): void => {}\nexport const spare = 1\nexport type Spare = string\n',
  'gateway/orphan.ts': 'export const x = 1\n',
}

describe('the check for what is unused', () => {
  const tree = mkdtempSync(join(tmpdir(), 'hexfix-unused-'))
  let output: string

  beforeAll(() => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    const knip = `${root}/node_modules/knip/bin/knip.js`
    const run = spawnSync(process.execPath, [knip, '--reporter=compact', '--no-config-hints'], {
      cwd: tree,
      encoding: 'utf8',
    })
    expect(run.status).not.toBe(0)
    output = run.stdout
  })
  afterAll(() => rmSync(tree, { recursive: true }))

  it.each(['gateway/orphan.ts', 'left-over', 'not-listed', 'gateway/part.ts: spare', 'gateway/part.ts: Spare'])(
    'finds %s',
    (what) => {
      expect(output).toContain(what)
    },
  )
})
