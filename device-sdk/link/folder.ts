import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Result } from '../protocol/index.ts'
import { fail, fromHex, ok } from '../protocol/index.ts'

/** What provisioning pins on a device: the network, and the gateway's key with its addresses. */
export type Trust = {
  readonly net: number
  readonly gateway: { readonly kid: string; readonly publicKey: string; readonly mqtt: string; readonly http: string }
  /** The H3 cell of the asserted place, 15 hex digits; null for a device that has none. */
  readonly cell: string | null
}

/** The files of one device. */
export const deviceFiles = (dir: string) => ({
  key: join(dir, 'device.key'),
  trust: join(dir, 'trust.json'),
  boot: join(dir, 'boot'),
  outbox: join(dir, 'outbox'),
})

/** Writes a file whole or not at all, and durably: a power cut leaves the old content or the new. */
export const writeDurably = (path: string, content: string | Uint8Array): void => {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  const file = openSync(draft, 'w', 0o600)
  writeSync(file, typeof content === 'string' ? Buffer.from(content) : content)
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, path)
  const directory = openSync(folder, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const readTrustOf = (value: unknown): Trust | null => {
  if (!isRecord(value) || !isRecord(value.gateway)) return null
  const { net, cell = null } = value
  const { kid, publicKey, mqtt, http } = value.gateway
  if (typeof net !== 'number' || !Number.isSafeInteger(net) || net < 0) return null
  if (typeof kid !== 'string' || fromHex(kid)?.length !== 8) return null
  if (typeof publicKey !== 'string' || fromHex(publicKey)?.length !== 33) return null
  if (typeof mqtt !== 'string' || typeof http !== 'string') return null
  return cell === null || typeof cell === 'string' ? { net, gateway: { kid, publicKey, mqtt, http }, cell } : null
}

export const readTrust = (dir: string): Result<Trust> => {
  const path = deviceFiles(dir).trust
  try {
    const trust = readTrustOf(JSON.parse(readFileSync(path, 'utf8')))
    return trust === null ? fail('device/bad-trust', path) : ok(trust)
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? fail('device/not-provisioned', path) : fail('device/bad-trust', path)
  }
}

export const writeTrust = (dir: string, trust: Trust): void =>
  writeDurably(deviceFiles(dir).trust, `${JSON.stringify(trust, null, 2)}\n`)

/**
 * Holds a device's folder for this process: two loops over one key would sign one pair twice.
 * An abstract Unix socket (unix(7), Linux) is released by the kernel when the process ends, however it ends; other systems have no lock.
 */
export const lockFolder = (dir: string): Promise<Result<() => void>> => {
  if (process.platform !== 'linux') return Promise.resolve(ok(() => {}))
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 32)
  return new Promise((resolve) => {
    const holder = createServer()
    holder.once('error', () => resolve(fail('device/running', dir)))
    holder.listen(`\0hexfix-device-${name}`, () => {
      holder.unref()
      resolve(ok(() => holder.close()))
    })
  })
}
