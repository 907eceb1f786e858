import { expect, it } from 'vitest'
import { progressLines } from '../../../firmware/cli/progress.ts'

const shown = (isTTY: boolean): string => {
  let text = ''
  let nowMs = 0
  const write = (part: string | Uint8Array): boolean => {
    text += String(part)
    return true
  }
  const progress = progressLines({ isTTY, write }, () => nowMs)
  progress('connect', 0, 0)
  for (let done = 0; done <= 8_000; done += 1_000) {
    progress('write', done, 8_000)
    nowMs += 500
  }
  return text
}

it('where there is no terminal, progress is four plain lines a phase, with bytes and rate', () => {
  expect(shown(false).split('\n')).toEqual([
    'waiting for the boot loader',
    'writing 2.0 kB of 8.0 kB, 2.0 kB/s',
    'writing 4.0 kB of 8.0 kB, 2.0 kB/s',
    'writing 6.0 kB of 8.0 kB, 2.0 kB/s',
    'writing 8.0 kB of 8.0 kB, 2.0 kB/s',
    '',
  ])
})

it('on a terminal, progress is one line that moves', () => {
  const lines = shown(true).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]?.split('\r\u001b[K')).toHaveLength(10)
})
