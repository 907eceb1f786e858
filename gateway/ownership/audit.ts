import type { Device, DeviceEvent, HistoryRow, Store } from '../store/index.ts'
import { messageOf, rowFault } from './audit-row.ts'
import { hexOf } from './typed-json.ts'

export type HistoryAudit = {
  readonly changes: number
  readonly signatures: number
  /** What does not hold, each with the kid and the number of its row. */
  readonly faults: readonly string[]
}

type State = {
  owner: string | null
  status: Device['status']
  rotatedTo: string | null
  /** The new key of a rotation that waits, and when it is due. */
  waits: { readonly newKid: unknown; readonly dueMs: number } | null
}

const pageRows = 1_000
const faultsShown = 100
const after: Readonly<Partial<Record<DeviceEvent, Device['status']>>> = {
  'device/active': 'active',
  'device/lapsed': 'lapsed',
  'device/rotated': 'rotated',
  'device/revoked': 'revoked',
}
const isLive = (state: State | undefined): boolean => state?.status === 'pending' || state?.status === 'active'

/** What a row does to what was known before it; a text where it may not. */
const step = (states: Map<string, State>, row: HistoryRow): State | string => {
  const { kid, event, detail } = row
  const before = states.get(kid)
  const message = messageOf(row)
  const fresh: State = { owner: null, status: 'pending', rotatedTo: null, waits: null }
  if (event === 'device/claimed' || event === 'device/enrolled') {
    if (before?.status === 'revoked' || before?.status === 'rotated') return 'a key came back'
    if (isLive(before) && (before?.owner !== null || message === null)) return 'registered a second time'
    const old = typeof detail.rotatedFrom === 'string' ? states.get(detail.rotatedFrom) : undefined
    if (detail.rotatedFrom !== undefined && old?.rotatedTo !== kid) return 'nothing was rotated to this key'
    const owner = message === null ? (old?.owner ?? null) : String(message.owner)
    return isLive(before) && before !== undefined ? { ...before, owner } : { ...fresh, owner }
  }
  // The new key of a rotation that waited: revoked before it was a device.
  if (before === undefined)
    return event === 'device/revoked' ? { ...fresh, status: 'revoked', owner: row.actor } : 'no such device'
  const signer = message === null ? null : String(message.from ?? message.owner)
  if (signer !== null && signer !== before.owner) return 'signed by another than the owner'
  if (event === 'device/transferred') return { ...before, owner: String(message?.to) }
  if (event === 'device/rotation-waits') {
    return { ...before, waits: { newKid: detail.newKid, dueMs: Number(detail.dueMs) } }
  }
  if (event === 'device/rotation-cancelled') return { ...before, waits: null }
  if (event === 'device/rotated' && message === null) {
    const { waits } = before
    if (waits === null || waits.newKid !== detail.newKid || row.atMs < waits.dueMs) return 'no rotation was due'
  }
  const rotatedTo = event === 'device/rotated' ? String(detail.newKid) : before.rotatedTo
  return { ...before, status: after[event] ?? before.status, rotatedTo }
}

const deviceFault = (device: Device, state: State | undefined): string | null => {
  const owner = device.owner === null ? null : hexOf(device.owner)
  if (state === undefined) return owner === null ? null : 'an owner without a history'
  // The owner of a key that was never a device is that of the device whose rotation ended.
  if (state.owner !== owner && state.owner !== 'admin') return `owner ${owner}, by its history ${state.owner}`
  if (state.status !== device.status) return `${device.status}, by its history ${state.status}`
  return state.rotatedTo === device.rotatedTo
    ? null
    : `rotated to ${device.rotatedTo}, by its history ${state.rotatedTo}`
}

/**
 * Checks the history as it lies in the store, without believing what the gateway believed: recovers every signer, replays who
 * owned what, looks for nonces that were used twice, and compares the outcome with the devices.
 */
export const auditHistory = (store: Store): HistoryAudit => {
  const states = new Map<string, State>()
  const nonces = new Set<unknown>()
  const faults: string[] = []
  let changes = 0
  let signatures = 0
  for (
    let last = 0, rows = store.history.page(0, pageRows);
    rows.length > 0;
    rows = store.history.page(last, pageRows)
  ) {
    for (const row of rows) {
      last = row.id
      changes++
      signatures += row.signatures.length
      const nonce = messageOf(row)?.nonce
      const used = nonce !== undefined && nonces.has(nonce) ? 'a nonce was used twice' : null
      nonces.add(nonce)
      const next = step(states, row)
      if (typeof next !== 'string') states.set(row.kid, next)
      const fault = rowFault(row) ?? used ?? (typeof next === 'string' ? next : null)
      if (fault !== null) faults.push(`${row.kid} ${row.event} (row ${row.id}): ${fault}`)
    }
  }
  for (const device of store.devices.all()) {
    const fault = deviceFault(device, states.get(device.kid))
    if (fault !== null) faults.push(`${device.kid}: ${fault}`)
  }
  return { changes, signatures, faults: faults.slice(0, faultsShown) }
}
