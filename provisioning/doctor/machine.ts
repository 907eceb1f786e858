import { statfsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { commitDelayOf, deviceFiles, diskOf, readOutbox, serialPorts } from '../../device-sdk/link/index.ts'
import type { Finding } from './finding.ts'
import { fault, well } from './finding.ts'

const freeBytesMin = 1_048_576

const sizeOf = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

/** What waits, what was dropped, and the room for more. */
export const outboxFinding = (dir: string): Finding => {
  const { outbox } = deviceFiles(dir)
  const state = readOutbox(outbox)
  if (!state.ok) return fault('outbox', state.error)
  const { held, dropped } = state.value
  const bytes = [...held.values()].reduce((sum, { message }) => sum + message.length, 0)
  const said = `${held.size} reports wait (${sizeOf(bytes)}), ${dropped} dropped since it was made`
  try {
    const { bavail, bsize } = statfsSync(dir)
    const free = bavail * bsize
    if (free < freeBytesMin)
      return fault('outbox', { code: 'outbox/unwritable', detail: `${sizeOf(free)} free; ${said}` })
    const advice =
      dropped > 0 ? 'reports were dropped while the gateway was away: a larger outbox would hold more' : null
    return well('outbox', `${said}, ${sizeOf(free)} free`, advice)
  } catch {
    return well('outbox', said)
  }
}

/** The disk below the outbox, and how reports are gathered for it. */
export const diskFinding = (dir: string): Finding => {
  const disk = diskOf(dir)
  const { device, fileSystem, isCard } = disk
  const kind = isCard ? 'an SD card or eMMC' : 'no SD card'
  const named = device === null ? 'cannot be told' : `${device}, ${fileSystem}, ${kind}`
  return well('disk', `${named}; reports are synchronised in groups of up to ${commitDelayOf(disk)} ms`)
}

/** Every serial port, who may open it, and the command that lets this user. */
export const serialFindings = (): Finding[] => {
  const ports = serialPorts()
  if (ports.length === 0) return [well('serial', 'no serial port on this machine')]
  return ports.map(({ path, byId, group, usable }) => {
    const named = `${path}${byId === null ? '' : ` (${byId})`}, group ${group}`
    if (usable) return well('serial', `${named}: may be opened`)
    const remedy =
      group === 'root' ? 'only root may open it' : `sudo usermod -aG ${group} ${userInfo().username}, then log in again`
    return well('serial', `${named}: may not be opened by ${userInfo().username}`, remedy)
  })
}
