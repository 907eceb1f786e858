import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FlashBoard } from '../../../firmware/toolchain/flash/board.ts'
import type { Bundle } from '../../../firmware/toolchain/flash/bundle.ts'
import { readBundle } from '../../../firmware/toolchain/flash/bundle.ts'
import { flashCard } from '../../../firmware/toolchain/flash/files-card.ts'
import type { SshOptions } from '../../../firmware/toolchain/flash/files-ssh.ts'
import { flashBySsh } from '../../../firmware/toolchain/flash/files-ssh.ts'
import { noSshd, startSshd, thisModel } from './ssh-server.ts'

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const board: FlashBoard = {
  id: 'pi',
  name: 'Pi',
  runtime: 'node',
  mcu: { part: 'any', signature: thisModel },
  usb: [],
  flash: { protocol: 'files', maxBytes: 1_000_000 },
}
const bundleOf = (app: string): Bundle =>
  new Map([
    ['app.js', Buffer.from(app)],
    ["a folder/it's.node", Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) & 0xff)],
  ])
const silent = { onProgress: () => {}, signal: new AbortController().signal }

describe.skipIf(noSshd !== null)(`a board with Linux, over ssh ${noSshd ?? ''}`, () => {
  /** A board whose application is well as long as it does not say `broken`; `started` counts its starts. */
  const openBoard = async () => {
    const keys = newFolder()
    const folder = join(newFolder(), "it's a board")
    const app = `"${folder}/current/app.js"`
    const options: Omit<SshOptions, 'bundle'> = {
      ...silent,
      board,
      host: 'board',
      sshConfig: await startSshd(keys),
      folder,
      start: `cat ${app} >> "${folder}/started"`,
      helloBy: `! grep -q broken ${app}`,
      helloWithinS: 0,
    }
    return { options, read: (path: string) => readFileSync(join(folder, path), 'utf8'), folder }
  }

  it('has the bundle whole, says hello, and keeps the one before', async () => {
    const { options, read, folder } = await openBoard()
    expect(await flashBySsh({ ...options, bundle: bundleOf('one\n') })).toMatchObject({
      ok: true,
      value: { bytes: 70_004, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    await flashBySsh({ ...options, bundle: bundleOf('two\n') })
    expect([read('current/app.js'), read('previous/app.js'), read('started')]).toEqual(['two\n', 'one\n', 'one\ntwo\n'])
    const part = readFileSync(join(folder, "current/a folder/it's.node"))
    expect(Buffer.compare(part, bundleOf('').get("a folder/it's.node") ?? Buffer.of())).toBe(0)
  })

  it('has the bundle before back where the new one does not say hello', async () => {
    const { options, read, folder } = await openBoard()
    await flashBySsh({ ...options, bundle: bundleOf('one\n') })
    // As a flash leaves it that was cut off between its last two steps.
    renameSync(join(folder, 'current'), join(folder, 'previous'))
    expect(await flashBySsh({ ...options, bundle: bundleOf('broken\n') })).toMatchObject({
      error: { code: 'flash/rolled-back' },
    })
    expect([read('current/app.js'), read('failed/app.js')]).toEqual(['one\n', 'broken\n'])
    expect(read('started')).toBe('one\nbroken\none\n')
    expect(readdirSync(folder).sort()).toEqual(['current', 'failed', 'started'])
  })

  it('says so where there is nothing to go back to', async () => {
    const { options } = await openBoard()
    const outcome = await flashBySsh({ ...options, bundle: bundleOf('broken\n') })
    expect(outcome).toMatchObject({ error: { code: 'flash/no-hello' } })
  })

  it('goes on with what it has where the upload is interrupted, or its disk changes a byte, and is flashed again', async () => {
    const { options, read, folder } = await openBoard()
    await flashBySsh({ ...options, bundle: bundleOf('one\n') })
    const stop = new AbortController()
    const onProgress = (phase: string): void => (phase === 'write' ? stop.abort() : undefined)
    expect(await flashBySsh({ ...options, bundle: bundleOf('two\n'), signal: stop.signal, onProgress })).toMatchObject({
      error: { code: 'flash/interrupted' },
    })
    expect([read('current/app.js'), read('started')]).toEqual(['one\n', 'one\n'])
    expect(await flashBySsh({ ...options, bundle: bundleOf('spoiled\n'), host: 'worn' })).toMatchObject({
      error: { code: 'flash/verify-failed', detail: `worn:${folder}/next` },
    })
    expect([read('current/app.js'), read('started')]).toEqual(['one\n', 'one\n'])
    expect(await flashBySsh({ ...options, bundle: bundleOf('two\n') })).toMatchObject({ ok: true })
    expect([read('current/app.js'), read('previous/app.js')]).toEqual(['two\n', 'one\n'])
  })

  it('is left alone where it is another board, or does not let us in', async () => {
    const { options, folder } = await openBoard()
    const bundle = bundleOf('one\n')
    const other = { ...board, name: 'Raspberry Pi 4', mcu: { part: 'BCM2711' } }
    expect(await flashBySsh({ ...options, bundle, board: other })).toMatchObject({
      error: { code: 'flash/wrong-board' },
    })
    expect(await flashBySsh({ ...options, bundle, host: 'closed' })).toMatchObject({
      error: { code: 'flash/ssh-failed', detail: expect.stringContaining('Permission denied') },
    })
    expect(() => readdirSync(folder)).toThrow()
  })
})

describe('the card of a board', () => {
  const card = () => {
    const [boot, root] = [newFolder(), newFolder()]
    writeFileSync(join(boot, 'config.txt'), '')
    mkdirSync(join(root, 'etc'))
    return { boot, root, folder: '/opt/hexfix', onProgress: () => {} }
  }

  it('has what is for boot there, the rest under its root, and keeps the bundle before', async () => {
    const options = card()
    const boot = Buffer.from('enable_uart=1\n')
    await flashCard({ ...options, bundle: bundleOf('one') })
    const outcome = await flashCard({ ...options, bundle: new Map([...bundleOf('two'), ['boot/usercfg.txt', boot]]) })
    expect(outcome).toMatchObject({ ok: true, value: { bytes: 70_017 } })
    const at = (path: string) => readFileSync(join(options.root, 'opt/hexfix', path), 'utf8')
    expect([at('current/app.js'), at('previous/app.js')]).toEqual(['two', 'one'])
    expect(readFileSync(join(options.boot, 'usercfg.txt'))).toEqual(boot)
    expect(readdirSync(options.boot).sort()).toEqual(['config.txt', 'usercfg.txt'])
  })

  it('is refused where the folders are something else', async () => {
    const options = { ...card(), boot: newFolder() }
    expect(await flashCard({ ...options, bundle: bundleOf('one') })).toMatchObject({ error: { code: 'flash/no-card' } })
    expect(readdirSync(options.root)).toEqual(['etc'])
  })
})

it('a bundle is a file, or a folder with all in it, within its bounds', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  expect(await readBundle(folder, 10)).toMatchObject({ error: { code: 'flash/bad-image' } })
  writeFileSync(join(folder, 'a/b/c'), 'three')
  expect(await readBundle(folder, 5)).toEqual({ ok: true, value: new Map([['a/b/c', Buffer.from('three')]]) })
  expect(await readBundle(join(folder, 'a/b/c'), 5)).toEqual({
    ok: true,
    value: new Map([['c', Buffer.from('three')]]),
  })
  expect(await readBundle(join(folder, 'a/b/c'), 4)).toMatchObject({ error: { code: 'flash/too-large' } })
  expect(await readBundle(folder, 4)).toMatchObject({ error: { code: 'flash/too-large' } })
  expect(await readBundle(join(folder, 'absent'), 4)).toMatchObject({ error: { code: 'flash/bad-image' } })
})
