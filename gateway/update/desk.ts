import type { Result, UpdateNews } from '../../device-sdk/protocol/index.ts'
import { encodeUpdate, fromHex, mtypes, ok, uint32Max } from '../../device-sdk/protocol/index.ts'
import type { GatewayIdentity, Ways } from '../message/index.ts'
import { openWay, signDown } from '../message/index.ts'
import type { Registry, Relays } from '../registry/index.ts'
import { inService } from '../registry/index.ts'
import type { RunningFirmware, Store, UpdateRow } from '../store/index.ts'
import type { UpdateWish } from './choose.ts'
import { chooseDevices } from './choose.ts'
import type { Releases } from './releases.ts'
import { afterNews, askedFor, ended, isAbout, isDue, isOpen, sentAs } from './row.ts'

export type UpdateDeps = Ways & {
  readonly identity: GatewayIdentity
  readonly store: Store
  readonly registry: Registry
  readonly relays: Relays
  readonly releases: Releases
  /** Where devices reach the API, without a slash at its end. */
  readonly address: () => string
  /** Called with every update whose stage changed, once that is on disk. */
  changed(row: UpdateRow): void
  now(): number
}

const keyOf = (kid: string, firmware: number): string => `${kid} ${firmware}`

/**
 * Which device is to run what, and how far that came. An update is offered at once, at every new connection, and with a report
 * of a device that stays connected or is relayed, until the device says how it ended, or its time is up. All of it is in the
 * store; memory holds it for the look at each report.
 */
export const openUpdateDesk = (deps: UpdateDeps) => {
  const { identity, store, registry, relays, releases, now } = deps
  const rows = new Map(store.updates.all().map((row) => [keyOf(row.kid, row.firmware), row]))
  const openOf = new Map<string, UpdateRow>()
  const running = new Map(store.updates.running().map((one) => [one.kid, one]))
  for (const row of rows.values()) if (isOpen(row)) openOf.set(row.kid, row)

  const put = (row: UpdateRow): void => {
    const key = keyOf(row.kid, row.firmware)
    store.updates.put(row)
    const before = rows.get(key)
    rows.set(key, row)
    if (isOpen(row)) openOf.set(row.kid, row)
    else if (openOf.get(row.kid)?.firmware === row.firmware) openOf.delete(row.kid)
    if (before?.stage !== row.stage || before.code !== row.code) deps.changed(row)
  }

  /** Signs it under a new number, which is on disk before it goes out. */
  const message = (row: UpdateRow): Uint8Array | null => {
    const { kid, board, firmware } = row
    const release = releases.of(firmware).find((one) => one.board === board)
    const n = store.commands.nextN(kid)
    const sha256 = release === undefined ? null : fromHex(release.sha256)
    if (release === undefined || sha256 === null || n > uint32Max) return null
    const url = `${deps.address()}/v1/releases/${release.sha256}`
    put(sentAs(row, n, now()))
    const body = encodeUpdate({ n, firmware, size: release.size, sha256, board, url })
    return signDown(identity, mtypes.update, kid, body)
  }

  const due = (kid: string, isNewConnection: boolean): UpdateRow | null => {
    const row = openOf.get(kid)
    if (row === undefined || !inService(registry, kid).ok) return null
    return isDue(row, isNewConnection, now()) ? row : null
  }

  const offer = (kid: string): void => {
    const row = due(kid, false)
    const way = row === null ? null : openWay(deps, 'update', kid, relays.of(kid))
    const signed = row === null || way === null ? null : message(row)
    if (signed !== null && way !== null) deps.send(kid, 'update', signed, way)
  }

  return {
    releases,
    /** Errors: those of `chooseDevices`. A device that has been offered this very release keeps its row where that is open. */
    ask: (wish: UpdateWish): Result<readonly UpdateRow[]> => {
      const chosen = chooseDevices(wish, {
        registry,
        releases,
        sha256: identity.sha256,
        runs: (kid) => running.get(kid) ?? null,
      })
      if (!chosen.ok) return chosen
      const asked = chosen.value.map(({ kid, release }) => {
        const key = keyOf(kid, release.firmware)
        const before = openOf.get(kid)
        if (before?.firmware === release.firmware) return key
        if (before !== undefined) put(ended(before, 'replaced', null, now()))
        put(askedFor(kid, release, rows.get(key), now(), now() + wish.expiresS * 1_000))
        offer(kid)
        return key
      })
      return ok(asked.flatMap((key) => rows.get(key) ?? []))
    },
    /** What a device that has just subscribed is sent; null where nothing waits for it. */
    onSubscribed: (kid: string): Uint8Array | null => {
      const row = due(kid, true)
      return row === null ? null : message(row)
    },
    /** A report of this device was stored. `said`: what it runs, where the report says so. */
    onReport: (kid: string, said: Omit<RunningFirmware, 'kid'> | null): void => {
      const known = running.get(kid)
      const isSame =
        known?.firmware === said?.firmware && known?.board === said?.board && known?.updates === said?.updates
      if (said !== null && !isSame) {
        const one = { kid, ...said }
        store.updates.heard(one)
        running.set(kid, one)
      }
      const row = said === null ? undefined : rows.get(keyOf(kid, said.firmware))
      if (row !== undefined && row.stage !== 'running') put(ended(row, 'running', null, now()))
      const open = openOf.get(kid)
      if (open === undefined) return
      // Who takes none may also be unable to say so to an offer.
      if (said?.updates === false) put(ended(open, 'refused', 'update/not-possible', now()))
      else offer(kid)
    },
    /** Takes a device's signed word about an update. @returns false where it is about none. */
    take: (kid: string, news: UpdateNews): boolean => {
      const row = rows.get(keyOf(kid, news.firmware))
      if (row === undefined || !isAbout(row, news)) return false
      const after = afterNews(row, news, now())
      if (after !== null) put(after)
      return true
    },
    /** Ends what nobody took in time. */
    expire: (): void => {
      for (const row of openOf.values()) {
        if (now() >= row.expiresMs) put(ended(row, 'expired', row.code, now()))
      }
    },
    all: (): UpdateRow[] => [...rows.values()],
    runs: (kid: string): RunningFirmware | null => running.get(kid) ?? null,
  }
}

export type UpdateDesk = ReturnType<typeof openUpdateDesk>
