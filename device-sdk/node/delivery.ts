import { appendFileSync } from 'node:fs'
import type { MqttClient } from 'mqtt'
import type { Waiting } from '../link/index.ts'
import type { ReceiptEntry } from '../protocol/index.ts'
import { mtypes, readReceipt, toHex, topicOf } from '../protocol/index.ts'
import type { DeviceEvent } from './events.ts'
import type { Identity } from './identity.ts'
import type { Outbox } from './outbox.ts'
import { settledBy } from './outbox.ts'
import type { Pinned } from './read-down.ts'
import { readDown } from './read-down.ts'

export type DeliveryOptions = {
  readonly identity: Identity
  readonly pinned: Pinned
  readonly outbox: Outbox
  /** Where to note each acknowledged report, a line each, for `hexfix gw audit`; null for nowhere. */
  readonly journal: string | null
  readonly onEvent: (event: DeviceEvent) => void
}

const inFlightMax = 16
/** Reports that are out of the outbox and whose receipts are still told of. */
const awaitedMax = 256
/** An acknowledged report without a receipt is sent again: over a plain link only the receipt is proof. */
const receiptMsMax = 15_000

/**
 * Takes the outbox to the gateway at QoS 1 while a connection is up. A report leaves it at PUBACK where TLS has shown who acknowledges,
 * and at its signed receipt everywhere else.
 */
export const openDelivery = ({ identity, pinned, outbox, journal, onEvent }: DeliveryOptions) => {
  const kid = toHex(identity.kid)
  const topic = topicOf(identity.net, kid, 'report')
  /** By a clock that nobody sets. */
  const acknowledgedMs = new Map<Waiting, number>()
  let inFlight = new Set<Waiting>()
  let client: MqttClient | null = null
  let isAuthenticated = false
  let awaited: Waiting[] = []

  const write = (text: string): void => {
    if (journal === null) return
    try {
      appendFileSync(journal, text)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      onEvent({ event: 'disk/failed', code: 'journal/unwritable', detail })
    }
  }
  // So that an audit can read the journal of a device that was acknowledged nothing.
  write('')
  const note = (one: Waiting): void => {
    const line = { kid, boot: one.boot, seq: one.seq, digest: toHex(one.digest) }
    write(`${JSON.stringify(line)}\n`)
  }
  const acknowledged = (one: Waiting): void => {
    if (isAuthenticated) {
      outbox.done(one)
      awaited = [...awaited, one].slice(-awaitedMax)
    } else acknowledgedMs.set(one, performance.now())
    note(one)
    onEvent({ event: 'report/acknowledged', boot: one.boot, seq: one.seq })
  }

  const publish = (one: Waiting, over: MqttClient): void => {
    inFlight.add(one)
    over.publish(topic, Buffer.from(one.message), { qos: 1 }, (error) => {
      // What a connection that is gone still says, counts no more.
      if (client !== over) return
      inFlight.delete(one)
      if (error === undefined || error === null) acknowledged(one)
      pump()
    })
  }

  const pump = (): void => {
    if (client === null) return
    const late = performance.now() - receiptMsMax
    for (const one of outbox.waiting()) {
      if (inFlight.size >= inFlightMax) return
      if (!inFlight.has(one) && (acknowledgedMs.get(one) ?? Number.NEGATIVE_INFINITY) < late) publish(one, client)
    }
  }

  const settle = (entry: ReceiptEntry): void => {
    const one = settledBy(outbox.waiting(), entry) ?? settledBy(awaited, entry)
    if (one === undefined) return
    outbox.done(one)
    awaited = awaited.filter((other) => other !== one)
    acknowledgedMs.delete(one)
    onEvent({ event: 'report/receipt', boot: one.boot, seq: one.seq, verdict: entry.verdict, logIndex: entry.logIndex })
  }

  const timer = setInterval(pump, receiptMsMax / 3)

  return {
    /** Sends what waits, and what comes, over this connection. */
    up: (over: MqttClient, authenticated: boolean): void => {
      client = over
      isAuthenticated = authenticated
      inFlight = new Set()
      pump()
    },
    down: (): void => {
      client = null
    },
    pump,
    takeReceipt: (message: Uint8Array): void => {
      const body = readDown(message, mtypes.receipt, identity, pinned)
      const receipt = body.ok ? readReceipt(body.value) : body
      if (receipt.ok) for (const entry of receipt.value) settle(entry)
      else onEvent({ event: 'receipt/refused', detail: receipt.error.code })
    },
    close: (): void => {
      client = null
      clearInterval(timer)
    },
  }
}
