import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readImage } from '../../../firmware/toolchain/flash/image.ts'
import { knownBoards } from '../../../firmware/toolchain/flash/known-boards.ts'

const boardOf = (id: string) => {
  const board = knownBoards().find((one) => one.id === id)
  if (board === undefined) throw new Error(id)
  return board
}
const pico = boardOf('espruino-pico')
const texts = { 'app.js': 'program', 'boot0.js': 'lock', table: 'table' }
const manifest = {
  schema: 1,
  app: 'weather-node',
  board: 'espruino-pico',
  runtime: 'espruino',
  firmware: 1,
  main: 'app.js',
  dev: false,
  rooms: {},
  files: Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') },
    ]),
  ),
  storage: { table: 'hexfix.table', 'app.js': '.bootcde', 'boot0.js': '.boot0' },
}

const folderWith = (changed: object = {}, files: Readonly<Record<string, string>> = texts): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-image-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'build.json'), JSON.stringify({ ...manifest, ...changed }))
  return folder
}

it('of a build is its files, under their names in Storage, the lock of the console last', async () => {
  const image = await readImage(folderWith(), pico)
  const said = image.ok ? image.value.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]) : image
  expect(said).toEqual([
    ['hexfix.table', 'table'],
    ['.bootcde', 'program'],
    ['.boot0', 'lock'],
  ])
})

it.each([
  ['for another board', () => folderWith({ board: 'puckjs' }), 'is built for puckjs, not for espruino-pico'],
  ['that was changed', () => folderWith({}, { ...texts, 'app.js': 'prograM' }), 'app.js is not what was built'],
  ['that lacks a file', () => folderWith({}, { 'app.js': 'program' }), 'no such file'],
  ['whose names are code', () => folderWith({ storage: { table: 'a");eval("b' } }), 'is none of a Storage'],
  ['without files', () => folderWith({ storage: {} }), 'names no file'],
  ['that is none', () => tmpdir(), 'is no build'],
])('of a build %s is refused', async (_, folder, detail) => {
  expect(await readImage(folder(), pico)).toMatchObject({
    error: { code: 'flash/bad-image', detail: expect.stringContaining(detail) },
  })
})

it('that the memory of the board cannot hold is refused, all files together', async () => {
  const large = 'x'.repeat(40_000)
  const sha256 = createHash('sha256').update(large).digest('hex')
  const files = { 'app.js': { bytes: 40_000, sha256 }, table: { bytes: 40_000, sha256 } }
  const folder = folderWith(
    { files, storage: { table: 'table', 'app.js': '.bootcde' } },
    { 'app.js': large, table: large },
  )
  expect(await readImage(folder, pico)).toMatchObject({
    error: { code: 'flash/too-large', detail: '80000 of 49152 bytes' },
  })
})
