import { Aedes, type AedesOptions } from 'aedes'

type Callback = (error?: Error | null) => void

const call = (callback: unknown): void => {
  if (typeof callback === 'function') (callback as Callback)(null)
}

/**
 * An emitter that carries nothing. Between devices nothing is routed: what they send goes to the gateway, and what
 * the gateway sends goes to one connection. So no filter can ever catch a message of another device.
 */
const silentEmitter = {
  on: (_topic: string, _listener: unknown, done?: unknown): void => call(done),
  removeListener: (_topic: string, _listener: unknown, done?: unknown): void => call(done),
  emit: (_message: unknown, done?: unknown): void => call(done),
  close: call,
}

/**
 * aedes as a reader and writer of MQTT sessions, without its routing. Two of its methods are replaced:
 * - `publish` would store, match and emit each message of a device after its PUBACK, and a `$SYS` message for every
 *   connection and subscription; nobody may read any of them.
 * - `registerClient` keeps a list by client id in which an old connection, ending late, removes the new one;
 *   `links.ts` takes its place.
 */
export const createHost = async (options: AedesOptions): Promise<Aedes> => {
  const host = await Aedes.createBroker({ ...options, mq: silentEmitter })
  return Object.assign(host, {
    publish: (_packet: unknown, clientOrDone?: unknown, done?: unknown): void => {
      call(typeof clientOrDone === 'function' ? clientOrDone : done)
    },
    registerClient: (): void => {},
  })
}
