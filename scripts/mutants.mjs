/**
 * Named mutants: each takes one behaviour away in a copy of the tree, and the tests named with it must fail there.
 * `npm run mutants`, or `npm run mutants -- low-s` for some. Exit status 1 when one survives or a tree without change fails.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const protocol = 'test/device-sdk/protocol'

const mutants = [
  {
    name: 'low-s: a high s is accepted',
    file: 'device-sdk/signer/noble.ts',
    from: /lowS: true/g,
    to: 'lowS: false',
    tests: ['test/gateway/verifier/verifiers.test.ts'],
  },
  {
    name: 'net: the AAD leaves the network out',
    file: 'device-sdk/protocol/sign1.ts',
    from: "['HXF1', binding.mtype, binding.net, binding.kid]",
    to: "['HXF1', binding.mtype, binding.kid]",
    tests: [`${protocol}/sign1-binding.test.ts`],
  },
  {
    name: 'to: the AAD leaves the addressee out',
    file: 'device-sdk/protocol/sign1.ts',
    from: 'binding.to === undefined ? bound : bound.concat([binding.to])',
    to: 'bound',
    tests: [`${protocol}/sign1-binding.test.ts`],
  },
  {
    name: 'header: an extra unprotected header is accepted',
    file: 'device-sdk/protocol/sign1.ts',
    from: 'if (startsWith(bytes, at, kidHeader)) {',
    to: 'if (bytes[at] === 0xa2) at += 3\n  if (startsWith(bytes, at, kidHeader) || startsWith(bytes, at - 2, kidHeader.subarray(1))) {',
    tests: [`${protocol}/vectors.test.ts`],
  },
  {
    name: 'trailing: bytes after the item are accepted',
    file: 'device-sdk/protocol/cbor/decode.ts',
    from: 'reader.fault === null && reader.at !== bytes.length',
    to: 'reader.fault === null && bytes.length < 0',
    tests: [`${protocol}/cbor`],
  },
  {
    name: 'ack-early: acknowledged before the commit',
    file: 'gateway/ingest/ingest.ts',
    from: 'const indexes = deps.store.log.append(drafts)',
    to: 'for (const { settle } of batch) settle(null)\n      const indexes = deps.store.log.append(drafts)',
    tests: ['test/gateway/ingest/ingest.test.ts'],
  },
  {
    name: 'digest: a receipt for another payload settles a report',
    file: 'device-sdk/node/outbox.ts',
    from: ' && equalBytes(one.digest, entry.digest)',
    to: '',
    tests: ['test/device-sdk/node/outbox.test.ts'],
  },
  {
    name: 'reuse-n: a connect token is good twice',
    file: 'gateway/store/device-table.ts',
    from: '(connect_boot = ? AND connect_n < ?)',
    to: '(connect_boot = ? AND connect_n <= ?)',
    tests: ['test/gateway/registry/connect.test.ts'],
  },
  {
    name: 'window: the span of seq is one too long',
    file: 'gateway/ingest/window.ts',
    from: '< seqSpanMax',
    to: '<= seqSpanMax',
    tests: ['test/gateway/ingest/window.test.ts'],
  },
  {
    name: 'bare: an equal column need not be bare',
    file: 'device-sdk/protocol/columns.ts',
    from: 'cells.every((cell) => cell === cells[0]) ? null : cells',
    to: 'cells',
    tests: [`${protocol}/columns.test.ts`],
  },
]

const copyTree = () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-mutant-'))
  const skipped = ['node_modules', '.git', 'dist', '.cache']
  cpSync(root, folder, { recursive: true, filter: (path) => !skipped.includes(path.slice(root.length).split('/')[0]) })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Whether the tests pass there. The first failure is enough. */
const passes = (folder, tests) =>
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...tests], { cwd: folder })
    .status === 0

const wanted = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))
const folder = copyTree()
let survived = 0
try {
  const all = [...new Set(chosen.flatMap(({ tests }) => tests))]
  if (chosen.length === 0 || !passes(folder, all)) throw new Error(`without a change, the tests fail: ${all.join(' ')}`)
  for (const { name, file, from, to, tests } of chosen) {
    const path = join(folder, file)
    const source = readFileSync(path, 'utf8')
    const changed = source.replace(from, to)
    if (changed === source) throw new Error(`${name}: ${file} no longer holds what it changes`)
    writeFileSync(path, changed)
    const alive = passes(folder, tests)
    writeFileSync(path, source)
    if (alive) survived++
    console.log(`${alive ? 'SURVIVED' : 'killed  '}  ${name}`)
  }
} catch (error) {
  survived++
  console.error(error.message)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${chosen.length - survived} of ${chosen.length} mutants killed`)
process.exitCode = survived === 0 ? 0 : 1
