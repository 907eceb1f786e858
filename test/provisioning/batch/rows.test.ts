import { expect, it } from 'vitest'
import { readRows } from '../../../provisioning/batch/rows.ts'
import { codeOf, must } from '../../gateway/harness.ts'

const shortly = (text: string) =>
  must(readRows(text)).map((row) => [
    row.line,
    row.name,
    row.failure === null ? (row.place ?? 'nowhere') : row.failure.detail,
  ])

it('reads names and places, with the columns in any order, quotes, spaces, a byte order mark and either line end', () => {
  expect(shortly('\ufeffLng , name,lat\r\n-0.1195,"roof-1", 51.5033\r\n\r\n,roof-2,\r\n')).toEqual([
    [2, 'roof-1', { lat: '51.5033', lng: '-0.1195', gain: '0', height: '0' }],
    [4, 'roof-2', 'nowhere'],
  ])
})

it('a bad line keeps its number and spoils no other, even with a quote that is never closed', () => {
  const rows = shortly('name,lat,lng\n"open,1,2\na,1,2\nb,1\n../up,,\nA,,\nc,1,\n.d,,\ne,,\n')
  expect(rows).toEqual([
    [2, '', expect.stringMatching(/^line 2: a quote/)],
    [3, 'a', expect.objectContaining({ lat: '1' })],
    [4, 'b', expect.stringMatching(/^line 4: 2 values under 3 columns/)],
    [5, '../up', expect.stringMatching(/^line 5: the name/)],
    [6, 'A', expect.stringMatching(/^line 6: .*earlier line/)],
    [7, 'c', expect.stringMatching(/^line 7: lat and lng/)],
    [8, '.d', expect.stringMatching(/^line 8: the name/)],
    [9, 'e', 'nowhere'],
  ])
})

it('a file without a header that makes sense is refused whole', () => {
  for (const text of ['', '\n\n', 'lat,lng\n1,2', 'name,colour\na,red', 'name,name\na,b', '"name\na']) {
    expect([text, codeOf(readRows(text))]).toEqual([text, 'batch/unreadable'])
  }
})
