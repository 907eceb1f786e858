import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli, temporaryFolder } from './harness.ts'

const secret = '2f'.repeat(32)

const setUp = () => {
  const folder = temporaryFolder()
  const file = join(folder, 'passphrase')
  writeFileSync(file, 'correct horse battery staple\n', { mode: 0o600 })
  const run = (args: readonly string[], input = '', env: NodeJS.ProcessEnv = { HEXFIX_OWNER_PASSPHRASE_FILE: file }) =>
    runCli(['owner', ...args], { cwd: folder, input, env })
  return { folder, file, run }
}

it('a key is made once, private, and locked by the passphrase of a file or of stdin', async () => {
  const { folder, run } = setUp()
  const made = await run(['make', '--json'])
  const path = join(folder, '.hexfix/owner/owner.json')
  expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700])
  const before = readFileSync(path, 'utf8')
  expect(made.stdout + made.stderr).not.toContain('horse')
  expect((await run(['show'])).stdout).toContain(JSON.parse(made.stdout).address)
  const again = await run(['make'])
  expect([again.status, again.stderr]).toEqual([1, expect.stringMatching(/^key\/exists: /)])
  writeFileSync(path, '{}')
  expect((await run(['make'])).stderr).toMatch(/^key\/exists: /)
  writeFileSync(path, before)

  const other = await run(['make', '--file', 'other.json'], 'another long passphrase\n', {})
  expect(other.status).toBe(0)
  const short = await run(['make', '--file', 'short.json'], 'short\n', {})
  expect([short.status, short.stderr]).toEqual([1, expect.stringMatching(/^owner\/weak-passphrase: /)])
  expect((await run(['make', '--file', 'none.json'], '', {})).stderr).toMatch(/^owner\/no-passphrase: /)
}, 60_000)

it('a key comes in by its digits or a file, goes out as a file, and is the same key all the way', async () => {
  const { folder, run } = setUp()
  const brought = JSON.parse((await run(['import', '--json'], `0x${secret}\n`)).stdout)
  expect(brought.address).toMatch(/^0x[0-9a-fA-F]{40}$/)
  expect((await run(['export', 'copy.json'])).status).toBe(0)
  expect(statSync(join(folder, 'copy.json')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, 'copy.json'), 'utf8')).not.toContain(secret)
  expect((await run(['export', 'copy.json'])).stderr).toMatch(/^key\/exists: /)
  const back = JSON.parse((await run(['import', 'copy.json', '--file', 'back.json', '--json'])).stdout)
  expect(back.address).toBe(brought.address)
  const wrong = await run(['import', 'copy.json', '--file', 'no.json'], 'not this passphrase\n', {})
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringMatching(/^owner\/wrong-passphrase: /)])
  for (const digits of ['', 'zz', '00'.repeat(32), `${secret}00`]) {
    expect((await run(['import', '--file', 'no.json'], digits)).stderr).toMatch(/^owner\/bad-key: /)
  }
}, 60_000)

it('a passphrase or a key that others may read is refused', async () => {
  const { folder, file, run } = setUp()
  chmodSync(file, 0o644)
  expect((await run(['make'])).stderr).toMatch(/^key\/file-mode: /)
  chmodSync(file, 0o600)
  expect((await run(['make'])).status).toBe(0)
  chmodSync(join(folder, '.hexfix/owner/owner.json'), 0o640)
  expect((await run(['show'])).stderr).toMatch(/^key\/file-mode: /)
}, 60_000)
