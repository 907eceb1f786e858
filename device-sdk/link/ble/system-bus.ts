import type { Message } from '@jellybrick/dbus-next'
import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'

export type Signal = Pick<Message, 'path' | 'member' | 'body'>

/** A connection to the system's D-Bus, to speak with BlueZ. */
export type SystemBus = {
  /** Calls a method. Errors: ble/refused with what BlueZ says, ble/no-service where it does not run or does not answer. */
  call(path: string, face: string, member: string, signature?: string, body?: unknown[]): Promise<Result<unknown[]>>
  /** Signals of BlueZ, all of them. @returns what ends the listening. */
  onSignal(listener: (signal: Signal) => void): () => void
  /** Settles when the bus or BlueZ is gone, or `signal` aborts, or `close` is called. */
  readonly ended: Promise<void>
  close(): void
}

const bluez = 'org.bluez'
const daemon = { path: '/org/freedesktop/DBus', name: 'org.freedesktop.DBus' }
/** BlueZ gives up a connection by itself after less. */
const callMs = 40_000
const helloMs = 10_000
const silent = 'it does not answer'

/** What says that nobody is there to be asked. Source: D-Bus specification, "Error names". */
const absent = /\.(ServiceUnknown|NameHasNoOwner|NoReply|Disconnected)$/

/**
 * Opens the system's bus; DBUS_SYSTEM_BUS_ADDRESS names another.
 * @param signal - closes it when it aborts, and with that ends all waiting for answers.
 * Errors: ble/not-installed, ble/no-service.
 */
export const openSystemBus = async (signal: AbortSignal): Promise<Result<SystemBus>> => {
  const library = await import('@jellybrick/dbus-next').catch(() => null)
  if (library === null) return fail('ble/not-installed')
  const { Message, MessageType, systemBus } = library
  const bus = systemBus()
  const { promise: ended, resolve: end } = withResolvers()
  const close = (): void => {
    signal.removeEventListener('abort', close)
    bus.disconnect()
    end()
  }
  signal.addEventListener('abort', close)
  if (signal.aborted) close()
  let fault = silent
  // The library emits errors here without naming them in its types, and the end of the socket one object further in.
  const events: NodeJS.EventEmitter = bus
  events.on('error', (error: Error) => {
    fault = error.message
    close()
  })
  const { _connection: connection } = bus as unknown as { readonly _connection: NodeJS.EventEmitter }
  connection.once('end', close)

  const within = <T>(answer: Promise<Result<T>>, ms: number): Promise<Result<T>> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Result<T>>((resolve) => {
      timer = setTimeout(() => resolve(fail('ble/no-service', silent)), ms)
    })
    const gone = ended.then(() => fail('ble/no-service', fault))
    return Promise.race([answer, gone, late]).finally(() => clearTimeout(timer))
  }
  const ask = (message: Message): Promise<Result<unknown[]>> => {
    const answer = bus.call(message).then(
      (reply) => ok(reply?.body ?? []),
      (error: Error & { readonly type?: string }) =>
        fail(absent.test(error.type ?? '') ? 'ble/no-service' : 'ble/refused', error.message),
    )
    return within(answer, callMs)
  }
  const match = (rule: string): Promise<Result<unknown[]>> =>
    ask(
      new Message({
        ...{ destination: daemon.name, path: daemon.path, interface: daemon.name },
        ...{ member: 'AddMatch', signature: 's', body: [`type='signal',${rule}`] },
      }),
    )
  const listeners = new Set<(signal: Signal) => void>()
  bus.on('message', (message) => {
    if (message.type !== MessageType.SIGNAL) return
    const [name, , owner] = message.body
    if (message.member === 'NameOwnerChanged' && name === bluez && owner === '') close()
    else for (const listener of listeners) listener(message)
  })

  const connected = new Promise<Result<null>>((resolve) => bus.once('connect', () => resolve(ok(null))))
  const steps = [
    () => within(connected, helloMs),
    () => match(`sender='${bluez}'`),
    () => match(`sender='${daemon.name}',member='NameOwnerChanged',arg0='${bluez}'`),
  ]
  for (const step of steps) {
    const done = await step()
    if (done.ok) continue
    close()
    return done
  }
  return ok({
    call: (path, face, member, signature = '', body = []) =>
      ask(new Message({ destination: bluez, path, interface: face, member, signature, body })),
    onSignal: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ended,
    close,
  })
}

const withResolvers = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
