import { MqttClient } from 'mqtt'
import { httpUrlOf, mqttUrlsOf } from '../link/index.ts'
import type { TrustedGateway } from '../protocol/index.ts'
import { downViaOf, entropyTopic, toHex, topicOf, viaFilterOf, viaTopicOf } from '../protocol/index.ts'
import { askTime } from './ask-time.ts'
import type { Carrier, Carry } from './carrier.ts'
import type { Commands } from './commands.ts'
import { connectTokens } from './connect-token.ts'
import type { DeliveryOptions } from './delivery.ts'
import { openDelivery } from './delivery.ts'
import { movedGateways } from './moved-gateways.ts'
import type { OpenStream } from './open-stream.ts'
import { openStream } from './open-stream.ts'
import type { SettleDeps } from './settle.ts'
import { settleBoot } from './settle.ts'
import type { Say, Updates } from './update/updates.ts'

export type LinkOptions = DeliveryOptions &
  SettleDeps & {
    readonly commands: Commands
    /** Absent where the firmware is not known. */
    readonly updates?: Updates
    /** Takes what comes on the entropy topic; absent where nobody asked for it. */
    readonly takeEntropy?: (message: Uint8Array) => Promise<void>
    /** Carries for other devices; absent where there are none. */
    readonly carrier?: Carrier
    /** From a connection that ended, or an attempt that failed, to the next attempt; a second by default. */
    readonly reconnectMs?: number
  }
export type Link = {
  /** Sends what waits. */
  pump(): void
  /** Ends the connection and makes one by what is trusted now, once what was handed to the old one is out. */
  renew(): void
  close(): Promise<void>
}
type Target = { readonly gateway: TrustedGateway; readonly url: string }

const reconnectDefaultMs = 1_000
/** After a gateway refused the device: it is revoked, or runs twice, and neither passes soon. */
const refusedMs = 30_000
const connectTimeoutMs = 10_000
const renewMsMax = 2_000
const keepaliveS = 30
/** MQTT 3.1.1 section 3.2.2.3. */
const notAuthorized = 5

const whyRefused = 'the device is not in service there, or runs twice; next: hexfix doctor'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The line to the gateways over MQTT 3.1.1: tries their addresses in order, settles the boot before the first report goes
 * out, delivers, obeys commands, and comes back by itself.
 */
export const openLink = (options: LinkOptions): Link => {
  const { identity, pinned, counter, commands, updates, takeEntropy, carrier, onEvent } = options
  const { reconnectMs = reconnectDefaultMs } = options
  const kid = toHex(identity.kid)
  const tokens = connectTokens(identity)
  const delivery = openDelivery(options)
  const ended = new AbortController()
  const moved = movedGateways()
  /** Keys of the gateways that have shown under which boot this run goes on. */
  const settledAt = new Set<string>()
  let turn = 0
  let client: MqttClient | null = null
  let timer: NodeJS.Timeout | null = null
  let renewing: NodeJS.Timeout | null = null

  const settle = (gateway: TrustedGateway, nextBoot: number): void => {
    settleBoot(nextBoot, options)
    settledAt.add(toHex(gateway.key))
  }

  const ask = async ({ gateway, url: mqttUrl }: Target): Promise<void> => {
    const url = moved.httpUrl(gateway, mqttUrl) ?? httpUrlOf(gateway)
    if (url === null || settledAt.has(toHex(gateway.key))) return
    const sync = await askTime(url, identity, pinned, ended.signal, gateway.tlsSpki)
    if (ended.signal.aborted) return
    if (!sync.ok) {
      onEvent({ event: 'time/refused', code: sync.error.code, detail: sync.error.detail ?? '' })
      return
    }
    const { nowS, ms, boot } = sync.value
    const nextBoot = typeof boot === 'number' ? boot : null
    onEvent({ event: 'time/synced', offsetMs: nowS * 1000 + ms - Date.now(), nextBoot })
    settle(gateway, nextBoot ?? 0)
  }

  const again = (afterMs: number): void => {
    if (!ended.signal.aborted) timer = setTimeout(() => void attempt(), afterMs)
  }

  const take = (over: MqttClient, topic: string, message: Uint8Array): void => {
    if (topic === topicOf(identity.net, kid, 'receipt')) delivery.takeReceipt(message)
    if (topic === entropyTopic(identity.net)) void takeEntropy?.(message)
    if (topic === topicOf(identity.net, kid, 'update')) updates?.take(message)
    const carried = downViaOf(topic, identity.net, kid)
    if (carried !== null) carrier?.take(carried.kid, carried.type, message)
    if (topic !== topicOf(identity.net, kid, 'command')) return
    const result = commands.obey(message)
    if (result !== null) {
      over.publish(topicOf(identity.net, kid, 'result'), Buffer.from(result), { qos: 1 }, () => {
        if (renewing !== null) over.end(true)
      })
    }
  }

  const say =
    (over: MqttClient): Say =>
    (result) =>
      new Promise((resolve) => {
        // A connection that ends answers nothing more.
        over.once('close', () => resolve(false))
        over.publish(topicOf(identity.net, kid, 'result'), Buffer.from(result), { qos: 1 }, (error) => resolve(!error))
      })
  const carryOver = (over: MqttClient): Carry => {
    const closed = new Promise<boolean>((resolve) => over.once('close', () => resolve(false)))
    return (of, type, message) => {
      const topic = viaTopicOf(identity.net, kid, of, type)
      const published = over.publishAsync(topic, Buffer.from(message), { qos: 1 }).then(
        () => true,
        () => false,
      )
      return Promise.race([published, closed])
    }
  }

  const connect = ({ gateway, url }: Target, { stream, authenticated }: OpenStream): void => {
    const isSettled = settledAt.has(toHex(gateway.key))
    // An attempt whose end nobody saw may have used (boot, 0) up: only a boot of which nothing was sent settles anything.
    if (!isSettled && !tokens.isFirst(counter.boot(), gateway.key)) counter.moveTo(counter.boot() + 1)
    const one = new MqttClient(() => stream, {
      clientId: kid,
      username: kid,
      password: tokens.next(counter.boot(), gateway.key),
      protocolVersion: 4,
      clean: true,
      keepalive: keepaliveS,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
    })
    client = one
    let wasUp = false
    let afterMs = reconnectMs
    one.on('connect', () => {
      try {
        // Taken with n = 0: the gateway never saw this boot, but it may have seen every lower one.
        if (!isSettled) settle(gateway, counter.boot())
      } catch (error) {
        onEvent({ event: 'link/refused', detail: messageOf(error) })
        one.end(true)
        return
      }
      wasUp = true
      onEvent({ event: 'link/up', gateway: url })
      one.subscribe(topicOf(identity.net, kid, 'receipt'), { qos: 1 })
      one.subscribe(topicOf(identity.net, kid, 'command'), { qos: 1 })
      if (updates !== undefined) one.subscribe(topicOf(identity.net, kid, 'update'), { qos: 1 })
      updates?.up(say(one))
      if (takeEntropy !== undefined) one.subscribe(entropyTopic(identity.net), { qos: 0 })
      if (carrier !== undefined) {
        one.subscribe(viaFilterOf(identity.net, kid), { qos: 1 }, (error) => {
          if (error === null && client === one) carrier.up(carryOver(one))
        })
      }
      delivery.up(one, authenticated)
    })
    one.on('message', (topic, message) => take(one, topic, message))
    one.on('error', (error) => {
      const isRefused = 'code' in error && error.code === notAuthorized
      onEvent({ event: 'link/refused', detail: isRefused ? `${error.message}; ${whyRefused}` : error.message })
      if (!isRefused) return
      // Another number was seen than ours: asked again, it says which.
      settledAt.delete(toHex(gateway.key))
      afterMs = refusedMs
    })
    one.once('close', () => {
      delivery.down()
      updates?.down()
      carrier?.down()
      one.end(true)
      if (client === one) client = null
      if (ended.signal.aborted) return
      if (wasUp && renewing === null)
        onEvent({ event: 'link/down', detail: 'the connection closed; reports wait in the outbox' })
      if (!wasUp) turn++
      again(renewing === null ? afterMs : 0)
      if (renewing !== null) clearTimeout(renewing)
      renewing = null
    })
  }

  /** The pinned addresses, and those at which a pinned TLS key was found to answer since. */
  const targetsOf = (): Target[] =>
    pinned().flatMap((gateway) =>
      [...mqttUrlsOf(gateway), ...moved.mqttUrls(gateway)].map((url): Target => ({ gateway, url })),
    )

  const attempt = async (): Promise<void> => {
    try {
      // Every address failed since the last look.
      if (turn > 0 && turn % Math.max(1, targetsOf().length) === 0) await moved.look(pinned(), ended.signal)
      if (ended.signal.aborted) return
      const targets = targetsOf()
      const target = targets[turn % Math.max(1, targets.length)]
      if (target === undefined) throw new Error('no pinned gateway has an address for MQTT')
      await ask(target)
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(connectTimeoutMs)])
      const opened = await openStream(target.url, target.gateway.tlsSpki, signal)
      if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`)
      if (ended.signal.aborted) opened.value.stream.destroy()
      else connect(target, opened.value)
    } catch (error) {
      if (ended.signal.aborted) return
      onEvent({ event: 'link/refused', detail: messageOf(error) })
      turn++
      again(reconnectMs)
    }
  }
  void attempt()

  return {
    pump: delivery.pump,
    renew: () => {
      turn = 0
      const old = client
      if (old === null || renewing !== null) return
      renewing = setTimeout(() => old.end(true), renewMsMax)
    },
    close: async () => {
      ended.abort()
      if (timer !== null) clearTimeout(timer)
      if (renewing !== null) clearTimeout(renewing)
      delivery.close()
      await client?.endAsync(true)
    },
  }
}
