import { readFileSync } from 'node:fs'
import type { CborValue, PinnedTrust, Result, TrustedGateway } from '../protocol/index.ts'
import { fail, fromHex, isKid, ok, readTrust, toHex } from '../protocol/index.ts'
import { deviceFiles, writeDurably } from './folder.ts'

/** What provisioning pins on a device: the network, and its gateways with their keys and addresses. */
export type Trust = PinnedTrust & {
  /** The H3 cell of the asserted place, 15 hex digits; null for a device that has none. */
  readonly cell: string | null
  /** The device's own kid: a damaged key file holds a key too, and it is another. Absent where an earlier version wrote the file. */
  readonly kid?: string
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Bytes from hex; what is none stays as it is, for the reader to refuse. */
const bytesOf = (value: unknown): CborValue => (typeof value === 'string' ? (fromHex(value) ?? value) : null)

/** As op 1 carries it: one reader decides what trust is, wherever it comes from. */
const gatewayArgument = (value: unknown): CborValue => {
  if (!isRecord(value) || !Array.isArray(value.urls)) return null
  const fields: CborValue[] = [bytesOf(value.key), value.urls.map((url) => (typeof url === 'string' ? url : null))]
  return value.tlsSpki === undefined ? fields : [...fields, bytesOf(value.tlsSpki)]
}

const trustOf = (value: unknown): Trust | null => {
  if (!isRecord(value) || !Array.isArray(value.gateways)) return null
  const { net, chainId, gateways, entropyTip = null, cell = null, kid } = value
  if (typeof net !== 'number' || typeof chainId !== 'number') return null
  const tip = entropyTip === null ? null : bytesOf(entropyTip)
  const trust = readTrust([net, chainId, gateways.map(gatewayArgument), tip])
  if (!trust.ok || !(cell === null || typeof cell === 'string')) return null
  if (kid === undefined) return { ...trust.value, cell }
  return typeof kid === 'string' && isKid(kid) ? { ...trust.value, cell, kid } : null
}

export const readTrustFile = (dir: string): Result<Trust> => {
  const path = deviceFiles(dir).trust
  try {
    const trust = trustOf(JSON.parse(readFileSync(path, 'utf8')))
    return trust === null ? fail('device/bad-trust', path) : ok(trust)
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? fail('device/not-provisioned', path) : fail('device/bad-trust', path)
  }
}

const gatewayDocument = ({ key, urls, tlsSpki }: TrustedGateway) => ({
  key: toHex(key),
  urls,
  ...(tlsSpki === undefined ? {} : { tlsSpki: toHex(tlsSpki) }),
})

/** Whole or not at all, and durably. Throws where the folder cannot be written. */
export const writeTrustFile = (dir: string, trust: Trust): void => {
  const { net, chainId, gateways, entropyTip, cell, kid } = trust
  const tip = entropyTip === null ? null : toHex(entropyTip)
  const document = { net, chainId, gateways: gateways.map(gatewayDocument), entropyTip: tip, cell, kid }
  writeDurably(deviceFiles(dir).trust, `${JSON.stringify(document, null, 2)}\n`)
}

/** Whether this is the key for which the folder was provisioned. Errors: device/other-key. */
export const checkOwnKey = (dir: string, trust: Pick<Trust, 'kid'>, kid: string): Result<null> =>
  trust.kid === undefined || trust.kid === kid
    ? ok(null)
    : fail('device/other-key', `${deviceFiles(dir).key} is of ${kid}, not of ${trust.kid}`)

/** Where a gateway takes connections: its addresses for MQTT, in the order to try. */
export const mqttUrlsOf = ({ urls }: TrustedGateway): string[] => urls.filter((url) => /^(mqtts?|wss?):/.test(url))

/** The first address of a gateway's API, without a slash at its end; null where it has none. */
export const httpUrlOf = ({ urls }: TrustedGateway): string | null =>
  urls.find((url) => /^https?:/.test(url))?.replace(/\/+$/, '') ?? null
