import type { AedesOptions, Client, ConnectPacket } from 'aedes'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { fail, type Result } from '../../device-sdk/protocol/result.ts'
import { mayRead, topicOf, type UpTopic, upTopicOf } from '../../device-sdk/protocol/topics.ts'
import { sourceOf } from '../edge/index.ts'
import type { TakenPublish } from './intake.ts'
import type { BrokerLimits, Rates } from './limits.ts'
import type { Link, Links } from './links.ts'
import type { BrokerHooks, ConnectAttempt, UpMessage } from './ports.ts'
import { report, reportEnd } from './report.ts'
import { connackCode, connectFault, keepaliveS, publishFault } from './rules.ts'

type Deps = {
  readonly net: number
  readonly hooks: BrokerHooks
  readonly limits: BrokerLimits
  readonly links: Links
  readonly rates: Rates
}

type SessionHooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
>

const ended = (): Error => new Error('the connection was refused')

const connack = (returnCode: number): Buffer => Buffer.of(0x20, 2, 0, returnCode)

/** The rules of a session, in the shape in which aedes asks for them. */
export const sessionHooks = ({ net, hooks, limits, links, rates }: Deps): SessionHooks => ({
  preConnect: (client, packet, done) => {
    const link = links.of(client)
    const fault = connectFault(packet)
    if (link && !fault) {
      link.keepaliveS = keepaliveS(packet.keepalive, limits.keepaliveSMax)
      prepare(packet)
      return done(null, true)
    }
    if (link && fault) {
      reportEnd(hooks, link, fault.code)
      link.guard.stream.write(connack(fault.returnCode))
    }
    done(ended(), false)
  },

  authenticate: (client, userName, password, done) => {
    const link = links.of(client)
    if (!link || userName === undefined || !password) return done(refusal(connackCode.notAuthorized), false)
    const attempt = { clientId: client.id, userName, password, remoteAddress: link.remoteAddress }
    const limited = limitedBy(rates, attempt)
    void (limited ?? judge(hooks, attempt)).then((judged) => {
      if (client.closed) return
      if (judged.ok) {
        rates.connects.add(judged.value.kid)
        links.identify(link, judged.value.kid)?.guard.stream.destroy()
        return done(null, true)
      }
      reportEnd(hooks, link, judged.error.code, judged.error.detail)
      done(refusal(passing.includes(judged.error.code) ? connackCode.unavailable : connackCode.notAuthorized), false)
    })
  },

  authorizePublish: (client, packet, done) => {
    const link = links.of(client)
    if (!link || link.kid === null) return done(ended())
    const fault = publishFault(packet, net, link.kid)
    const topic = upTopicOf(packet.topic, net, link.kid)
    if (fault !== null || topic === null) {
      reportEnd(hooks, link, fault ?? 'mqtt/topic-forbidden')
      return done(ended())
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    if (packet.qos !== 0) {
      // The guard takes these, and acknowledges them when they are durable; aedes would do so at once.
      reportEnd(hooks, link, 'mqtt/malformed')
      return done(ended())
    }
    store(hooks, { ...topic, payload, remoteAddress: link.remoteAddress }, link.acks.expect(null))
    done(null)
  },

  authorizeSubscribe: (client, subscription, done) => {
    const link = links.of(client)
    // A null in place of the subscription is answered by 0x80 in SUBACK [MQTT-3.9.3-2].
    if (!link || link.kid === null) return done(null, null)
    const { topic, qos } = subscription
    if (!mayRead(topic, net, link.kid)) {
      report(hooks, link, 'mqtt/filter-forbidden')
      return done(null, null)
    }
    if (!link.filters.has(topic) && link.filters.size >= limits.subscriptionsMax) {
      report(hooks, link, 'mqtt/too-many-subscriptions')
      return done(null, null)
    }
    link.filters.set(topic, qos)
    done(null, subscription)
  },
})

/**
 * Every session is clean: one that asks to be kept is accepted and told that there is none (session present 0,
 * [MQTT-3.2.2-3]), so that no absent device costs memory.
 */
const prepare = (packet: ConnectPacket): void => {
  packet.clean = true
  // Why: aedes does not see what the guard takes, and would think the device silent.
  packet.keepalive = 0
}

/** Refusals that say nothing about the token. */
const passing: readonly Code[] = ['mqtt/auth-unavailable', 'mqtt/connects-too-often', 'mqtt/source-paused']

/** Before the ECDSA. Only successes fill the first, so only who holds the key can. */
const limitedBy = (rates: Rates, { clientId, remoteAddress }: ConnectAttempt): Promise<Result<never>> | null => {
  if (rates.connects.isFull(clientId)) return Promise.resolve(fail('mqtt/connects-too-often'))
  return rates.failures.isFull(sourceOf(remoteAddress)) ? Promise.resolve(fail('mqtt/source-paused')) : null
}

const judge = async (hooks: BrokerHooks, attempt: ConnectAttempt): Promise<Result<{ kid: string }>> => {
  try {
    const judged = await hooks.authenticate(attempt)
    return judged.ok && judged.value.kid !== attempt.clientId ? fail('mqtt/wrong-client-id') : judged
  } catch (error) {
    return fail('mqtt/auth-unavailable', error instanceof Error ? error.message : String(error))
  }
}

type Settle = (error: Error | null) => void

const store = (hooks: BrokerHooks, message: UpMessage, settle: Settle): void => {
  try {
    hooks.publish(message, settle)
  } catch (error) {
    settle(error instanceof Error ? error : new Error(String(error)))
  }
}

/**
 * Takes the QoS 1 publishes of an authenticated connection on the topics that are its own, past aedes. What is refused is
 * left to `authorizePublish`, which ends the connection: so every PUBACK there is comes from the queue of the link.
 */
export const publishTaker = ({ net, hooks }: Deps, link: Link, kid: string) => {
  const own = Buffer.from(topicOf(net, kid, 'report'))
  const ownReport: UpTopic = { kid, type: 'report' }
  return ({ topic, messageId, payload }: TakenPublish): boolean => {
    if (link.ended || link.guard.stream.destroyed) return true
    const known = own.equals(topic) ? ownReport : upTopicOf(topic.toString('latin1'), net, kid)
    if (known === null) return false
    store(hooks, { ...known, payload, remoteAddress: link.remoteAddress }, link.acks.expect(messageId))
    return true
  }
}

const refusal = (returnCode: 3 | 5): Error & { returnCode: 3 | 5 } =>
  Object.assign(new Error('the connection was refused'), { returnCode })

/** Whether a granted filter matches a topic [MQTT-4.7.1-2], [MQTT-4.7.1-3]: `mayRead` grants `#` at the end only. */
export const matches = (filter: string, topic: string): boolean => {
  if (filter === topic) return true
  const wanted = filter.split('/')
  const levels = topic.split('/')
  if (wanted[wanted.length - 1] === '#' ? levels.length < wanted.length : levels.length !== wanted.length) return false
  return wanted.every((level, i) => level === '#' || level === '+' || level === levels[i])
}

/** The QoS with which a device wants this topic, the highest of its matching filters, or null [MQTT-3.3.5-1]. */
export const wantedQos = (link: Link, topic: string): 0 | 1 | null => {
  let wanted: 0 | 1 | null = null
  for (const [filter, qos] of link.filters) if (wanted !== 1 && matches(filter, topic)) wanted = qos > 0 ? 1 : 0
  return wanted
}

/** Keeps the list of filters when aedes tells of an UNSUBSCRIBE. */
export const forgetFilters = (links: Links, client: Client, filters: readonly string[]): void => {
  const link = links.of(client)
  for (const filter of filters) link?.filters.delete(filter)
}
