import { readdir, readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, standardSchema } from '../protocol/index.ts'
import type { Sensor } from './sensor.ts'
import { toCells } from './to-cell.ts'

const hostSchema = 5
const absoluteZeroCel = -273.15

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const numberIn = (text: string | undefined): number | null => {
  if (text === undefined || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/** The first number of /proc/loadavg (load of one minute) and of /proc/uptime (seconds since the start). */
const firstNumber = (text: string): number | null => numberIn(text.split(' ')[0])

/** Percent of memory that no program could have: MemAvailable counts caches as free. */
const memoryUsed = (meminfo: string): number | null => {
  const kB = (name: string): number | null => numberIn(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1])
  const total = kB('MemTotal')
  const available = kB('MemAvailable')
  return total === null || available === null || total <= 0 ? null : 100 * (1 - available / total)
}

/** Percent of the file system that is used, as `df` says it: what is kept back for root is neither used nor free. */
const diskUsed = async (path: string): Promise<number | null> => {
  const stats = await statfs(path).catch(() => null)
  if (stats === null) return null
  const used = stats.blocks - stats.bfree
  return used + stats.bavail > 0 ? (100 * used) / (used + stats.bavail) : null
}

/** The hottest thermal zone in degrees Celsius; null on machines without one, as most virtual machines are. */
const hottest = async (folder: string): Promise<number | null> => {
  const names = await readdir(folder).catch(() => [])
  const zones = names.filter((name) => name.startsWith('thermal_zone'))
  const texts = await Promise.all(zones.map((zone) => readText(join(folder, zone, 'temp'))))
  const degrees = texts.flatMap((text) => {
    const milli = numberIn(text)
    return milli === null || milli / 1000 < absoluteZeroCel ? [] : [milli / 1000]
  })
  return degrees.length === 0 ? null : Math.max(...degrees)
}

/** Bytes received and sent by all interfaces but the loopback. In each line of /proc/net/dev: 8 columns received, 8 sent. */
const traffic = (netDev: string): readonly [rx: number | null, tx: number | null] => {
  let rx: number | null = null
  let tx: number | null = null
  for (const line of netDev.split('\n')) {
    const [, name, columns] = /^\s*([^:|\s]+):\s*(.+)$/.exec(line) ?? []
    if (columns === undefined || name === 'lo') continue
    const counts = columns.trim().split(/\s+/)
    const received = numberIn(counts[0])
    const sent = numberIn(counts[8])
    if (received !== null) rx = (rx ?? 0) + received
    if (sent !== null) tx = (tx ?? 0) + sent
  }
  return [rx, tx]
}

/**
 * Telemetry of this machine under schema 5: load, memory, disk, temperature, uptime, rx, tx, measured at each reading.
 * What the machine does not tell is null; outside Linux that is everything but the disk. It never fails.
 * @param root - where /proc, /sys and the disk are looked for.
 */
export const hostSensor = ({ root = '/' }: { readonly root?: string } = {}): Sensor => {
  const schema = standardSchema(hostSchema)
  if (schema === undefined) throw new Error(`no standard schema ${hostSchema}`)
  return {
    name: 'host',
    schema: hostSchema,
    read: async () => {
      const [load, meminfo, disk, temperature, uptime, netDev] = await Promise.all([
        readText(join(root, 'proc/loadavg')),
        readText(join(root, 'proc/meminfo')),
        diskUsed(root),
        hottest(join(root, 'sys/class/thermal')),
        readText(join(root, 'proc/uptime')),
        readText(join(root, 'proc/net/dev')),
      ])
      const values = [
        firstNumber(load),
        memoryUsed(meminfo),
        disk,
        temperature,
        firstNumber(uptime),
        ...traffic(netDev),
      ]
      return ok({ schema: hostSchema, timeS: null, cells: toCells(schema, values) })
    },
    close: async () => {},
  }
}
