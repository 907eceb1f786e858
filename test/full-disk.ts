import { execFileSync } from 'node:child_process'
import { atEnd } from './gateway/harness.ts'

const prlimit = (...options: readonly string[]): string =>
  execFileSync('prlimit', ['--pid', String(process.pid), ...options], { encoding: 'utf8' }).trim()
const unlimited = prlimit('--fsize', '--output=SOFT', '--noheadings')

/**
 * No file of this process may grow past this many bytes until the test ends: the last write is cut short, the next fails, as on
 * a full disk. Without a number there is room again.
 */
export const limitFiles = (bytes: number | string = unlimited): void => {
  atEnd(() => {
    prlimit(`--fsize=${unlimited}:`)
  })
  prlimit(`--fsize=${bytes}:`)
}
