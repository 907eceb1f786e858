import type { Client } from 'aedes'
import type { AckQueue } from './ack-queue.ts'
import type { Guard } from './guard.ts'

/** One connection. `kid` is null until its CONNECT is accepted. */
export type Link = {
  readonly remoteAddress: string
  readonly guard: Guard
  readonly client: Client
  readonly acks: AckQueue
  /** The subscriptions that were granted, with their QoS. */
  readonly filters: Map<string, 0 | 1 | 2>
  kid: string | null
  /** How long the device may be silent; what CONNECT asked for, within the limit. */
  keepaliveS: number
  /** Set once the reason of the end was reported, so that it is reported once. */
  ended: boolean
}

/**
 * Who is connected. Why not the broker's own list: there a connection that ends late takes the entry of its successor
 * with it, and the count drifts.
 */
export const createLinks = () => {
  const all = new Map<Client, Link>()
  const byKid = new Map<string, Link>()
  return {
    add: (link: Link): void => {
      all.set(link.client, link)
    },
    of: (client: Client | null): Link | undefined => (client ? all.get(client) : undefined),
    /** Gives the link its kid and returns the one that had it, which must end [MQTT-3.1.4-2]. */
    identify: (link: Link, kid: string): Link | undefined => {
      const before = byKid.get(kid)
      link.kid = kid
      byKid.set(kid, link)
      return before
    },
    remove: (link: Link): void => {
      all.delete(link.client)
      if (link.kid !== null && byKid.get(link.kid) === link) byKid.delete(link.kid)
    },
    byKid: (kid: string): Link | undefined => byKid.get(kid),
    identified: (): IterableIterator<Link> => byKid.values(),
    all: (): IterableIterator<Link> => all.values(),
    open: (): number => all.size,
    connected: (): number => byKid.size,
  }
}

export type Links = ReturnType<typeof createLinks>
