import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { kidOf, qrText, readQrText, toHex } from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../../../device-sdk/signer/index.ts'
import type { Label } from '../../../provisioning/labels/draw.ts'
import { drawLabels } from '../../../provisioning/labels/draw.ts'
import type { Layout } from '../../../provisioning/labels/layout.ts'
import { layouts, perPage, placeOf } from '../../../provisioning/labels/layout.ts'
import { loadLibraries } from '../../../provisioning/labels/libraries.ts'
import { wordsOfKey } from '../../../provisioning/proof.ts'
import { must, testFolder } from '../../gateway/harness.ts'

const labelOf = (number: number, name: string | null): Label => {
  const { publicKey } = nobleSigner(new Uint8Array(32).fill(number))
  const kid = toHex(kidOf(publicKey, sha256))
  return { words: wordsOfKey(publicKey), kid, qr: qrText(1, publicKey, sha256), name }
}

/** Draws, renders with poppler at the resolution of an office printer, and reads with zbar: neither is of ours. */
const printed = async (labels: readonly Label[], layout: Layout) => {
  const folder = join(testFolder(), 'labels')
  mkdirSync(folder)
  const pdf = join(folder, 'labels.pdf')
  writeFileSync(pdf, await drawLabels(labels, layout, must(await loadLibraries())))
  execFileSync('pdftoppm', ['-r', '300', '-gray', pdf, join(folder, 'page')])
  const pages = execFileSync('ls', [folder], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name.endsWith('.pgm'))
  const codes = pages.map((page) =>
    execFileSync('zbarimg', ['--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', join(folder, page)], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n'),
  )
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' })
  const sizes = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })
  return { codes, text, sizes }
}

it('24 labels fill a sheet and a 25th begins another; each code is read back from the picture as its device', async () => {
  const labels = Array.from({ length: 25 }, (_, i) => labelOf(i + 1, `porch-${i + 1}`))
  const { codes, text, sizes } = await printed(labels, layouts['a4-24'])
  expect(codes.map((page) => page.length)).toEqual([24, 1])
  const read = codes.flat().map((code) => must(readQrText(code, sha256)).kid)
  expect([...read].sort()).toEqual(labels.map(({ kid }) => kid).sort())
  for (const { words, kid, name } of labels) {
    for (const word of words.split('-')) expect(text).toContain(word)
    expect(text.replaceAll(' ', '')).toContain(kid)
    expect(text).toContain(name)
  }
  expect(sizes).toMatch(/Page size: +595\.\d+ x 841\.\d+ pts \(A4\)/)
})

it('a single label is a page of its own, and a name that does not fit or cannot be printed spoils nothing', async () => {
  const labels = [
    labelOf(1, null),
    labelOf(2, 'grüße 世界'),
    labelOf(3, 'a very long name that goes on and on and on for sixty-four signs'),
  ]
  const { codes, text } = await printed(labels, layouts.single)
  expect(codes.map(([code]) => code)).toEqual(labels.map(({ qr }) => qr))
  expect(text).toContain('grüße ??')
  expect(text).toMatch(/a very long name.*\.\.\./)
})

it.each(Object.entries<Layout>(layouts))(
  'the labels of %s lie within the page and beside each other',
  (_name, layout) => {
    const { page, label, pitch, columns, rows } = layout
    const [right, bottom] = placeOf(layout, perPage(layout) - 1)
    expect(right + label[0]).toBeLessThanOrEqual(page[0])
    expect(bottom + label[1]).toBeLessThanOrEqual(page[1])
    expect(columns === 1 || pitch[0] >= label[0]).toBe(true)
    expect(rows === 1 || pitch[1] >= label[1]).toBe(true)
  },
)
