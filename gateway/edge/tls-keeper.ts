import { timingSafeEqual } from 'node:crypto'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { TlsMaterial, TlsPaths } from './tls-files.ts'
import { readTls } from './tls-files.ts'

export type TlsKeeper = {
  current(): TlsMaterial
  /** Reads the files again, and hands on what is new. */
  reload(): void
  close(): void
}

export type KeeperOptions = {
  readonly paths: TlsPaths
  /** Runs before each look at the files, to renew what is due. */
  readonly renew: () => void
  /** Takes a new certificate over the same key. */
  readonly renewed: (material: TlsMaterial) => void
  /** Why new files are not taken: told once for each content. */
  readonly refused: (failure: Failure) => void
  readonly everyMs?: number
}

const everyDefaultMs = 60_000

/**
 * Keeps the certificate of a running gateway: looks at its files every minute, and takes what changed. Not another key: every
 * device that pinned the old one would be cut off, so that waits for a restart, which somebody does on purpose.
 */
export const keepTls = (options: KeeperOptions): Result<TlsKeeper> => {
  options.renew()
  const first = readTls(options.paths)
  if (!first.ok) return first
  let current = first.value
  let toldOf = ''

  const refuse = (failure: Failure): void => {
    const about = `${failure.code} ${failure.detail}`
    if (about !== toldOf) options.refused(failure)
    toldOf = about
  }
  const reload = (): void => {
    options.renew()
    const next = readTls(options.paths)
    if (!next.ok) {
      refuse(next.error)
      return
    }
    if (!timingSafeEqual(next.value.spki, current.spki)) {
      refuse({ code: 'tls/key-changed', detail: options.paths.key })
      return
    }
    toldOf = ''
    if (next.value.cert === current.cert) return
    current = next.value
    options.renewed(current)
  }
  const timer = setInterval(reload, options.everyMs ?? everyDefaultMs)
  timer.unref()
  return ok({ current: () => current, reload, close: () => clearInterval(timer) })
}
