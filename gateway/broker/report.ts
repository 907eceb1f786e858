import type { Code } from '../../device-sdk/protocol/codes.ts'
import type { Link } from './links.ts'
import type { BrokerHooks } from './ports.ts'

/** Tells the gateway of a refusal on this connection. */
export const report = (hooks: Pick<BrokerHooks, 'refused'>, link: Link, code: Code, detail?: string): void => {
  const { kid, remoteAddress } = link
  hooks.refused({ code, remoteAddress, ...(kid === null ? {} : { kid }), ...(detail === undefined ? {} : { detail }) })
}

/** Reports why the connection ends, unless that was done: what follows from the end is no second refusal. */
export const reportEnd = (hooks: Pick<BrokerHooks, 'refused'>, link: Link, code: Code, detail?: string): void => {
  if (!link.ended) report(hooks, link, code, detail)
  link.ended = true
}
