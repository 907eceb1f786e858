import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceEvent } from '../../../device-sdk/node/index.ts'
import type { ReporterOptions } from '../../../device-sdk/node/reporter.ts'
import { openReporter } from '../../../device-sdk/node/reporter.ts'
import type { mtypes, TrustedGateway } from '../../../device-sdk/protocol/index.ts'
import { kidOf, signPayload, toHex, writeTagged } from '../../../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../../../device-sdk/signer/index.ts'
import { openGatewayClient } from '../../../provisioning/gateway-client.ts'
import { provisionLocal } from '../../../provisioning/provision.ts'
import { mailbox } from '../../gateway/broker/harness.ts'
import { atEnd, must, testFolder } from '../../gateway/harness.ts'
import type { TestKey } from '../../gateway/keys.ts'
import { net, someTimeS, testKey, weather } from '../../gateway/keys.ts'
import type { TestGateway } from '../../gateway/running.ts'

export const gatewayKey = testKey('gateway')
export const deviceKey = testKey('porch')
export const identity = { net, kid: deviceKey.kidBytes, signer: deviceKey.signer }

export const gatewayOf = (key: TestKey, url = 'mqtt://127.0.0.1:1883'): TrustedGateway => ({
  key: key.signer.publicKey,
  urls: [url],
})

type How = { readonly by?: TestKey; readonly to?: TestKey; readonly net?: number; readonly nameless?: boolean }

/** What a gateway signs for a device, tagged. */
export const signedDown = (
  mtype: (typeof mtypes)[keyof typeof mtypes],
  payload: Uint8Array,
  { by = gatewayKey, to = deviceKey, net: network = net, nameless = false }: How = {},
): Uint8Array => {
  const binding = { mtype, net: network, kid: by.kidBytes, to: to.kidBytes }
  const message = signPayload(payload, binding, sha256, by.signer.sign)
  return writeTagged(nameless ? { ...message, kid: null } : message)
}

/** The folder of a device that a gateway knows, made as a person would make it. */
export const provisioned = async (gateway: TestGateway, dir = join(testFolder(), 'device')): Promise<string> => {
  const client = must(openGatewayClient({ data: gateway.data }))
  must(await provisionLocal(client, { dir, softwareVersion: '0' }))
  return dir
}

export const keyOf = (dir: string): TestKey => {
  const signer = must(openKeyFile(join(dir, 'device.key')))
  const kidBytes = kidOf(signer.publicKey, sha256)
  return { name: dir, kid: toHex(kidBytes), kidBytes, signer }
}

/** The events that can have this name: one shape may serve several. */
type EventOf<E extends DeviceEvent['event'], One = DeviceEvent> = One extends { readonly event: infer Name }
  ? E extends Name
    ? One
    : never
  : never

/** The events of a device: `next` gives the first of this name that nobody has asked for yet. */
export const eventLog = () => {
  const boxes = new Map<string, ReturnType<typeof mailbox<DeviceEvent>>>()
  const boxOf = (event: string) => {
    const box = boxes.get(event) ?? mailbox<DeviceEvent>()
    boxes.set(event, box)
    return box
  }
  return {
    onEvent: (event: DeviceEvent): void => boxOf(event.event).put(event),
    next: async <E extends DeviceEvent['event']>(event: E): Promise<EventOf<E>> =>
      (await boxOf(event).take()) as EventOf<E>,
    /** How many events of this name came that nobody has asked for. */
    unasked: (event: DeviceEvent['event']): number => boxOf(event).all.length,
  }
}

/** A device that reports when it is told to. */
export const startReporter = async (dir: string, more: Partial<ReporterOptions> = {}) => {
  const events = eventLog()
  const reporter = must(await openReporter({ dir, reconnectMs: 20, onEvent: events.onEvent, ...more }))
  let open = true
  const close = async (): Promise<void> => {
    if (open) await reporter.close()
    open = false
  }
  atEnd(close)
  const report = (temperature: number): number => reporter.submit(someTimeS, [weather(temperature)])
  return { ...events, ...reporter, report, close }
}

export const bootFile = (dir: string): string => readFileSync(join(dir, 'boot'), 'utf8')
