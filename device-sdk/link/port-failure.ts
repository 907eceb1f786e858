import { constants } from 'node:fs'
import { access, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import type { Result } from '../protocol/index.ts'
import { fail } from '../protocol/index.ts'

/** The group that owns a file, by its name in /etc/group, else by its number. */
const groupOf = async (path: string): Promise<string> => {
  const { gid } = await stat(path)
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const line = groups.split('\n').find((one) => one.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? String(gid)
}

/** Who has the file open, as `name (pid)`, of the processes that this user may look into; null where none is seen. */
export const holderOf = async (path: string): Promise<string | null> => {
  const file = await realpath(path).catch(() => path)
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const fd of fds) {
      if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) !== file) continue
      return `${(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()} (${pid})`
    }
  }
  return null
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * Why a serial port did not open. Asks the file system first, because the errors of `serialport` are sentences.
 * Errors: sensor/no-port, sensor/no-permission (names the owning group), sensor/port-busy (names the process),
 * sensor/port-failed.
 */
export const portFailure = async (path: string, cause: unknown): Promise<Result<never>> => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const refusal = await access(path, constants.R_OK | constants.W_OK).then(() => '', codeOf)
  if (refusal === 'ENOENT' || refusal === 'ENOTDIR') return fail('sensor/no-port', path)
  if (refusal === 'EACCES' || /permission denied/i.test(message)) {
    const group = await groupOf(path).catch(() => null)
    return fail('sensor/no-permission', group === null ? path : `${path} belongs to the group ${group}`)
  }
  if (/lock port|busy/i.test(message)) {
    const holder = await holderOf(path)
    return fail('sensor/port-busy', `${path} is held by ${holder ?? 'a process that this user may not see'}`)
  }
  return fail('sensor/port-failed', `${path}: ${message}`)
}
