import { appendFileSync } from 'node:fs'
import type { MqttClient } from 'mqtt'
import mqtt from 'mqtt'
import type { Trust } from '../link/index.ts'
import type { ReceiptEntry, Result } from '../protocol/index.ts'
import {
  encodeConnect,
  fromHex,
  mtypes,
  readReceipt,
  readSign1,
  signPayload,
  toBase64Url,
  toHex,
  topicOf,
  verifySign1,
  writeTagged,
} from '../protocol/index.ts'
import type { Signer } from '../signer/index.ts'
import { nobleVerify, sha256 } from '../signer/index.ts'
import type { DeviceEvent } from './events.ts'
import type { Outbox, Waiting } from './outbox.ts'
import { settledBy } from './outbox.ts'

export type LinkOptions = {
  readonly trust: Trust
  readonly signer: Signer
  readonly kid: Uint8Array
  readonly boot: number
  readonly outbox: Outbox
  /** Where to note each acknowledged report, a line each, for `hexfix gw audit`; null for nowhere. */
  readonly journal: string | null
  readonly onEvent: (event: DeviceEvent) => void
}
export type Link = { /** Sends what waits. */ pump(): void; close(): Promise<void> }

const inFlightMax = 16
const reconnectMs = 1_000
const connectTimeoutMs = 10_000
const keepaliveS = 30
/** An acknowledged report without a receipt is sent again: over a plain link only the receipt is proof. */
const receiptMsMax = 15_000

/** A password for one attempt: (boot, n) rises with each. */
const connectTokens = ({ trust, signer, kid, boot }: LinkOptions): (() => string) => {
  const gateway = fromHex(trust.gateway.kid) ?? new Uint8Array(8)
  let n = 0
  return () => {
    const payload = encodeConnect({ gateway, boot, n: n++ })
    return toBase64Url(
      writeTagged(signPayload(payload, { mtype: mtypes.connect, net: trust.net, kid }, sha256, signer.sign)),
    )
  }
}

const verifyReceipt = (message: Uint8Array, { trust, kid }: LinkOptions): Result<ReceiptEntry[]> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const gatewayKey = fromHex(trust.gateway.publicKey) ?? new Uint8Array(33)
  const binding = { mtype: mtypes.receipt, net: trust.net, kid: fromHex(trust.gateway.kid) ?? kid, to: kid }
  const payload = verifySign1(frame.value, binding, gatewayKey, sha256, nobleVerify)
  return payload.ok ? readReceipt(payload.value) : payload
}

/** The line to the gateway over MQTT 3.1.1: publishes the outbox at QoS 1, takes receipts, comes back by itself. */
export const openLink = (options: LinkOptions): Link => {
  const { trust, kid, outbox, onEvent, journal } = options
  const kidHex = toHex(kid)
  const reportTopic = topicOf(trust.net, kidHex, 'report')
  const token = connectTokens(options)
  const inFlight = new Set<Waiting>()
  const acknowledgedMs = new Map<Waiting, number>()
  let closing = false
  let isUp = false

  const client: MqttClient = mqtt.connect(trust.gateway.mqtt, {
    clientId: kidHex,
    username: kidHex,
    password: token(),
    protocolVersion: 4,
    clean: true,
    keepalive: keepaliveS,
    reconnectPeriod: reconnectMs,
    reconnectOnConnackError: true,
    connectTimeout: connectTimeoutMs,
    resubscribe: false,
  })

  const acknowledged = (one: Waiting): void => {
    inFlight.delete(one)
    acknowledgedMs.set(one, Date.now())
    if (journal !== null) {
      const line = { kid: kidHex, boot: one.boot, seq: one.seq, digest: toHex(one.digest) }
      appendFileSync(journal, `${JSON.stringify(line)}\n`)
    }
    onEvent({ event: 'report/acknowledged', boot: one.boot, seq: one.seq })
    pump()
  }

  const publish = (one: Waiting): void => {
    inFlight.add(one)
    client.publish(reportTopic, Buffer.from(one.message), { qos: 1 }, (error) => {
      if (closing) return
      if (error === undefined || error === null) acknowledged(one)
      else inFlight.delete(one)
    })
  }

  const pump = (): void => {
    if (!isUp || closing) return
    const late = Date.now() - receiptMsMax
    for (const one of outbox.waiting()) {
      if (inFlight.size >= inFlightMax) return
      if (!inFlight.has(one) && (acknowledgedMs.get(one) ?? 0) < late) publish(one)
    }
  }

  const settle = (entry: ReceiptEntry): void => {
    const one = settledBy(outbox.waiting(), entry)
    if (one === undefined) return
    outbox.done(one)
    acknowledgedMs.delete(one)
    onEvent({ event: 'report/receipt', boot: one.boot, seq: one.seq, verdict: entry.verdict, logIndex: entry.logIndex })
  }

  client.on('connect', () => {
    isUp = true
    onEvent({ event: 'link/up', gateway: trust.gateway.mqtt })
    client.subscribe(topicOf(trust.net, kidHex, 'receipt'), { qos: 1 })
    pump()
  })
  client.on('message', (_topic, message) => {
    const receipt = verifyReceipt(message, options)
    if (receipt.ok) for (const entry of receipt.value) settle(entry)
    else onEvent({ event: 'receipt/refused', detail: receipt.error.code })
  })
  // The client library reuses passwords: every attempt takes a new token.
  client.on('reconnect', () => {
    client.options.password = token()
  })
  client.on('close', () => {
    if (isUp && !closing) onEvent({ event: 'link/down', detail: 'the connection closed; reports wait in the outbox' })
    isUp = false
  })
  client.on('error', (error) => onEvent({ event: 'link/refused', detail: error.message }))
  const timer = setInterval(pump, receiptMsMax / 3)

  return {
    pump,
    close: async () => {
      closing = true
      clearInterval(timer)
      await client.endAsync(true)
    },
  }
}
