import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openJournal, readJournal } from '../../../provisioning/batch/journal.ts'
import { codeOf, must, testFolder } from '../../gateway/harness.ts'

const entry = (name: string) => ({
  name,
  kid: '00'.repeat(8),
  publicKey: '02'.repeat(33),
  net: 1,
  gateway: '11'.repeat(8),
})

it('cut off after any byte, the journal gives the whole lines before and takes new ones', () => {
  const whole = testFolder()
  const first = must(openJournal(whole))
  for (const name of ['a', 'b', 'c']) first.add(entry(name))
  first.close()
  const bytes = readFileSync(join(whole, 'batch.jsonl'))
  for (let length = 0; length <= bytes.length; length += 7) {
    const dir = join(testFolder(), 'tray')
    mkdirSync(dir)
    writeFileSync(join(dir, 'batch.jsonl'), bytes.subarray(0, length))
    const journal = must(openJournal(dir))
    const lines = bytes.subarray(0, length).toString().split('\n').length - 1
    expect([...journal.entries.keys()]).toEqual(['a', 'b', 'c'].slice(0, lines))
    journal.add(entry('d'))
    journal.close()
    expect(must(readJournal(dir)).map(({ name }) => name)).toEqual([...['a', 'b', 'c'].slice(0, lines), 'd'])
  }
})

it('a line that was changed in the middle is not passed over: its device could be made twice', () => {
  const dir = testFolder()
  writeFileSync(join(dir, 'batch.jsonl'), `{"name":"a"}\n${JSON.stringify(entry('b'))}\n`)
  expect(codeOf(openJournal(dir))).toBe('batch/unreadable')
  expect(codeOf(readJournal(testFolder()))).toBe('batch/unreadable')
})
