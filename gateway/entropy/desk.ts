import type { Code, Failure } from '../../device-sdk/protocol/index.ts'
import { encodeEntropy, mtypes, ok, signPayload, toHex, writeTagged } from '../../device-sdk/protocol/index.ts'
import type { GatewayIdentity } from '../message/index.ts'
import type { Store } from '../store/index.ts'
import type { Chain } from './chain.ts'
import { chainLength, checkChain, openChain } from './chain.ts'

export type EntropyDeps = {
  /** The file of the chain. */
  readonly path: string
  readonly identity: GatewayIdentity
  readonly store: Store
  /** Seconds between values. */
  readonly stepS: number
  /** Sends a signed entropy message to all who listen. */
  publish(message: Uint8Array): void
  failed(failure: Failure): void
  now(): number
}

const checkMs = 250

/**
 * Publishes the chain, one value each step, never before its time: index = floor((now - start) / step). What was released is
 * stored with its time before anybody hears of it, so that an epoch can be judged again from the log alone.
 * The chain is opened, and at the first start made, while all else runs: until then there is no tip and no value.
 * Errors: entropy/unreadable, for a chain that is there is never made anew.
 */
export const openEntropyDesk = (deps: EntropyDeps) => {
  const { path, identity, store, stepS, publish, failed, now } = deps
  const checked = checkChain(path)
  if (!checked.ok) return checked
  const ended = new AbortController()
  let chain: Chain | null = null
  let timer: NodeJS.Timeout | null = null
  let index = -1
  let message: Uint8Array | null = null

  const release = (from: Chain, at: number): void => {
    const value = from.value(at)
    store.entropy.release({ index: at, value, releasedMs: now() })
    const binding = { mtype: mtypes.entropy, net: identity.net, kid: identity.kid }
    message = writeTagged(signPayload(encodeEntropy({ index: at, value }), binding, identity.sha256, identity.sign))
    index = at
    publish(message)
  }

  /** A clock that goes back releases nothing again; at the end of the chain there is nothing left to release. */
  const tick = (from: Chain): void => {
    const at = Math.floor((now() / 1000 - from.startS) / stepS)
    if (at <= index || at < 0 || at > chainLength) return
    try {
      release(from, at)
    } catch (error) {
      const code: Code = 'entropy/not-published'
      failed({ code, detail: error instanceof Error ? error.message : String(error) })
    }
  }

  const opening = openChain(path, now, ended.signal).then((opened) => {
    if (opened === null || ended.signal.aborted) return
    if (!opened.ok) return failed(opened.error)
    const from = opened.value
    chain = from
    tick(from)
    timer = setInterval(() => tick(from), checkMs)
  })

  return ok({
    /** In hex; null as long as the chain is being made. */
    tip: (): string | null => (chain === null ? null : toHex(chain.tip)),
    /** The newest value as it was published; null before the first. */
    newest: (): Uint8Array | null => message,
    close: async (): Promise<void> => {
      ended.abort()
      await opening
      if (timer !== null) clearInterval(timer)
    },
  })
}
