import type { AwaitsOwner, Provisioned } from '../provision.ts'
import type { OwnerOptions } from './owner-key.ts'
import { localTime, waitingLines } from './owner-key.ts'

/** Where the key of a device is, what claims it later, and what is next. */
export type Where = { readonly place: string; readonly claim: string; readonly next: readonly string[] }

/** How a registration without an owner is said: what it means, and how to change it. */
const ownerless = (claim: string): string[] => [
  '  owner      none: whoever runs the gateway decides about this device, and nobody else can transfer or revoke it',
  `             to claim it later: hexfix owner make && ${claim}`,
]

const pendingLine = ({ status, pendingUntilMs }: Provisioned): string[] => {
  if (status !== 'pending') return []
  const until = pendingUntilMs === null ? '' : ` (until ${localTime(pendingUntilMs)})`
  const hours = pendingUntilMs === null ? 24 : Math.max(1, Math.round((pendingUntilMs - Date.now()) / 3_600_000))
  return [`pending: becomes active at the first accepted report within ${hours} h${until}`]
}

/** What a device is, and what is next. */
export const provisionedLines = (made: Provisioned | AwaitsOwner, where: Where, options: OwnerOptions): string[] => {
  const { kid, words, did } = made
  const names = [`device ${kid} ${where.place}`, `  words      ${words}`, `  did        ${did}`]
  if (made.waiting) return [...names, '  not claimed yet: its owner has to sign', ...waitingLines(made, options)]
  const { net, gateway, owner, cell, registered } = made
  return [
    ...names,
    `  ${registered ? 'registered' : 'was registered before'} at gateway ${gateway}, network ${net}`,
    ...(owner === null ? ownerless(where.claim) : [`  owner      ${owner}`]),
    ...(cell === null ? [] : [`  place      H3 cell ${cell}`]),
    ...pendingLine(made),
    ...where.next.map((command, i) => `${i === 0 ? 'next:' : '     '} ${command}`),
  ]
}
