import type { Duplex } from 'node:stream'
import type { Aedes, Client } from 'aedes'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { type DownType, entropyTopic, topicOf, viaTopicOf } from '../../device-sdk/protocol/topics.ts'
import { sourceOf } from '../edge/index.ts'
import { createAckQueue } from './ack-queue.ts'
import { createGuard } from './guard.ts'
import { createHost } from './host.ts'
import { type BrokerLimits, defaultBrokerLimits, openRates, type Rates } from './limits.ts'
import { createLinks, type Link, type Links } from './links.ts'
import type { Broker, BrokerHooks } from './ports.ts'
import { report, reportEnd } from './report.ts'
import { forgetFilters, matches, publishTaker, sessionHooks, wantedQos } from './session-hooks.ts'

export type BrokerOptions = {
  readonly net: number
  readonly hooks: BrokerHooks
  readonly limits?: Partial<BrokerLimits>
}

/** Starts an MQTT 3.1.1 broker for devices. It listens nowhere: hand it connections through `accept`. */
export const startBroker = async ({ net, hooks: told, limits: given }: BrokerOptions): Promise<Broker> => {
  const limits = { ...defaultBrokerLimits, ...given }
  const rates = openRates(limits, Date.now)
  const hooks = countFailures(told, rates)
  const links = createLinks()
  let closing = false

  const deps = { net, hooks, limits, links, rates }
  const host = await createHost({
    ...sessionHooks(deps),
    // The guard keeps the time; aedes' own timer must not be first.
    connectTimeout: limits.connectTimeoutMs * 2,
    drainTimeout: limits.drainTimeoutMs,
  })
  listen(host, links, hooks)
  host.on('subscribe', (subscriptions, client) => {
    const link = links.of(client)
    const newest = hooks.newestEntropy?.() ?? null
    const topic = entropyTopic(net)
    if (link && newest !== null && subscriptions.some((one) => one.topic === topic)) deliver(link, topic, newest)
    const updates = link?.kid ? topicOf(net, link.kid, 'update') : null
    if (!link?.kid || updates === null || !subscriptions.some((one) => matches(one.topic, updates))) return
    const waiting = hooks.waitingUpdate?.(link.kid) ?? null
    if (waiting !== null) deliver(link, updates, waiting)
  })

  const admits = (remoteAddress: string): boolean => {
    const isPaused = rates.failures.isFull(sourceOf(remoteAddress))
    const code = isPaused ? 'mqtt/source-paused' : 'mqtt/too-many-connections'
    const isRefused = isPaused || links.open() >= limits.connectionsMax
    if (!closing && isRefused) hooks.refused({ code, remoteAddress })
    return !closing && !isRefused
  }
  host.on('clientReady', (client) => {
    const link = links.of(client)
    if (!link || link.kid === null) return
    link.guard.takePublishes(publishTaker(deps, link, link.kid))
    // [MQTT-3.1.2-24]
    link.guard.limitSilence(1_500 * link.keepaliveS, () => {
      // A device that went away is no refusal.
      link.ended = true
      link.guard.stream.destroy()
    })
    link.guard.release()
  })

  const accept = (socket: Duplex, remoteAddress: string): void => {
    if (!admits(remoteAddress)) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    links.add(openLink(host, links, hooks, limits, socket, remoteAddress))
  }

  const wayTo = (
    kid: string,
    type: DownType,
    via?: string,
  ): { readonly link: Link | undefined; readonly topic: string } => ({
    link: links.byKid(via ?? kid),
    topic: via === undefined ? topicOf(net, kid, type) : viaTopicOf(net, via, kid, type),
  })

  const deliver = (link: Link, topic: string, payload: Uint8Array): boolean => {
    const qos = wantedQos(link, topic)
    if (qos === null) return false
    if (link.guard.stream.writableLength > limits.unreadBytesMax) {
      report(hooks, link, 'mqtt/slow-reader')
      return false
    }
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    link.client.publish({ cmd: 'publish', topic, payload: bytes, qos, retain: false, dup: false }, () => {})
    return true
  }

  return {
    accept,
    admits,
    refused: hooks.refused,
    send: (kid, type, payload, via) => {
      const { link, topic } = wayTo(kid, type, via)
      return link !== undefined && deliver(link, topic, payload)
    },
    wants: (kid, type, via) => {
      const { link, topic } = wayTo(kid, type, via)
      return link !== undefined && wantedQos(link, topic) !== null
    },
    sendEntropy: (payload) => {
      for (const link of links.identified()) deliver(link, entropyTopic(net), payload)
    },
    disconnect: (kid) => {
      links.byKid(kid)?.guard.stream.destroy()
    },
    connected: links.connected,
    isConnected: (kid) => links.byKid(kid) !== undefined,
    close: async () => {
      closing = true
      for (const link of [...links.all()]) link.guard.stream.destroy()
      await new Promise<void>((resolve) => host.close(resolve))
    },
  }
}

/** Refusals that are no fault of the source. */
const faultless: readonly Code[] = [
  'mqtt/too-many-connections',
  'mqtt/source-paused',
  'mqtt/auth-unavailable',
  'mqtt/connects-too-often',
]

/** Counts against the source what is refused before anybody has shown who it is; a connected device is judged by its own limits. */
const countFailures = (hooks: BrokerHooks, { failures }: Rates): BrokerHooks => ({
  ...hooks,
  refused: (refusal) => {
    const isFailure = refusal.kid === undefined && !faultless.includes(refusal.code)
    if (isFailure) failures.add(sourceOf(refusal.remoteAddress))
    hooks.refused(refusal)
  },
})

const openLink = (
  host: Aedes,
  links: Links,
  hooks: BrokerHooks,
  limits: BrokerLimits,
  socket: Duplex,
  remoteAddress: string,
): Link => {
  const guard = createGuard(socket, {
    remoteAddress,
    limits,
    refused: ({ code }) => reportEnd(hooks, link, code),
  })
  const acks = createAckQueue({
    write: (pubacks) => void guard.stream.write(pubacks),
    // Why: aedes reads on while publishes wait for their callback; only the guard can stop the socket.
    changed: (waiting) => (waiting >= limits.inFlightMax ? guard.hold() : guard.release()),
    failed: (error) => {
      reportEnd(hooks, link, 'mqtt/not-stored', error.message)
      guard.stream.destroy()
    },
  })
  const client: Client = host.handle(guard.stream)
  const link: Link = { remoteAddress, guard, client, acks, filters: new Map(), kid: null, keepaliveS: 0, ended: false }
  guard.stream.once('close', () => {
    acks.close()
    links.remove(link)
  })
  return link
}

/** What aedes tells by events: UNSUBSCRIBE, and packets that its parser refuses. */
const listen = (host: Aedes, links: Links, hooks: BrokerHooks): void => {
  host.on('unsubscribe', (filters, client) => forgetFilters(links, client, filters))
  const failed = (client: Client, error: Error): void => {
    const link = links.of(client)
    if (!link || 'code' in error || error.message === 'connection closed') return
    if (error.message === 'drain timeout') reportEnd(hooks, link, 'mqtt/slow-reader')
    else reportEnd(hooks, link, 'mqtt/malformed', error.message)
  }
  host.on('clientError', failed)
  host.on('connectionError', failed)
}
