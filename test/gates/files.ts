import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository, without a slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

const rooms = ['bin', 'demo', 'device-sdk', 'firmware', 'gateway', 'hardware', 'provisioning']

/** Every file that is, or is about to be, part of the repository; vectors are the words of others. */
export const listFiles = (): string[] =>
  execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-co', '--exclude-standard', '--deduplicate'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '' && path !== 'package-lock.json' && !path.startsWith('test/vectors/'))

export const isSource = (path: string): boolean =>
  /\.(ts|mjs)$/.test(path) && rooms.some((room) => path.startsWith(`${room}/`))

export const readText = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')
