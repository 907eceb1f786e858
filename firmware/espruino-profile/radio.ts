import { type RequestOptions, request } from 'node:http'
import { createConnection, type Socket as NodeSocket } from 'node:net'

/** The modules `Wifi`, `net` and `http` of a board whose firmware has them: the air is made up, the sockets are those of this machine. */
export type FakeRadio = {
  readonly modules: Readonly<Record<string, unknown>>
  /** What was joined and opened is gone, as the board starts anew. */
  restart(uncaught: (error: unknown) => void): void
  /**
   * The network goes away: what is sent is lost, and no socket ends. `quiet`: no event tells of it, as on the ESP8266.
   * @returns what brings it back into reach; the board has to join it again.
   */
  drop(quiet?: boolean): () => void
  isJoined(): boolean
}

type Call = (...values: unknown[]) => unknown
/** What a socket hands over at once: net->chunkSize, libs/network of 2v29. */
const chunkBytes = 536
/** Names of wifi_err_reason_t, as wifiReasonToString of libs/network/esp32 says them. */
const reasons = { wrong: '4WAY_HANDSHAKE_TIMEOUT', none: 'NO_AP_FOUND' }

/**
 * As the ESP32 of Espruino 2v29 does it (libs/network/esp32, socketserver.c): callbacks come in turns of their own, a connection that
 * cannot be made ends by `close`, a write to what is closed throws.
 * @param networks - those in reach: names, and their passphrases.
 */
export const fakeRadio = (networks: ReadonlyMap<string, string>): FakeRadio => {
  let uncaught: (error: unknown) => void = () => {}
  let turns = 0
  let joined: string | null = null
  let away = false
  let listeners = new Map<string, Call[]>()
  const sockets = new Set<NodeSocket>()

  const soon = (call: Call | undefined, ...values: unknown[]): void => {
    const own = turns
    setImmediate(() => {
      if (own !== turns || call === undefined) return
      try {
        call(...values)
      } catch (error) {
        uncaught(error)
      }
    })
  }
  const emit = (event: string, ...values: unknown[]): void => {
    for (const call of listeners.get(event) ?? []) soon(call, ...values)
  }
  const reasonOf = (ssid: string, password: string): string | null => {
    const wanted = networks.get(ssid)
    if (wanted === undefined || away) return reasons.none
    return wanted === password ? null : reasons.wrong
  }
  const Wifi = {
    on: (event: string, call: Call) => {
      listeners.set(event, [...(listeners.get(event) ?? []), call])
    },
    connect: (ssid: string, options: { readonly password?: string }, done?: Call) => {
      const reason = reasonOf(ssid, options.password ?? '')
      joined = reason === null ? ssid : null
      if (reason === null) emit('associated', { ssid })
      emit(reason === null ? 'connected' : 'disconnected', { ssid })
      soon(done, reason)
    },
  }
  const connect = ({ host, port }: { readonly host: string; readonly port: number }, connected?: Call) => {
    if (joined === null) throw new Error('Unable to create socket')
    const handlers = new Map<string, Call>()
    const socket = createConnection({ host, port })
    const network = joined
    const inReach = (): boolean => !away && joined === network
    let failed = false
    sockets.add(socket)
    const opened = {
      on: (event: string, call: Call) => {
        handlers.set(event, call)
      },
      write: (bytes: string) => {
        if (socket.destroyed) throw new Error('This socket is closed')
        if (inReach()) socket.write(Buffer.from(bytes, 'latin1'))
      },
      end: () => socket.end(),
    }
    socket.on('connect', () => soon(connected, opened))
    socket.on('data', (data) => {
      for (let at = 0; inReach() && at < data.length; at += chunkBytes) {
        soon(handlers.get('data'), data.toString('latin1', at, at + chunkBytes))
      }
    })
    socket.on('error', () => {
      failed = true
    })
    socket.on('close', () => {
      sockets.delete(socket)
      if (inReach()) soon(handlers.get('close'), failed)
    })
    return opened
  }
  const get = (from: RequestOptions, answered: Call) => {
    if (joined === null) throw new Error('Unable to create socket')
    const asked = request(from, (incoming) => {
      const handlers = new Map<string, Call>()
      const on = (event: string, call: Call): void => {
        handlers.set(event, call)
      }
      soon(answered, { statusCode: String(incoming.statusCode), on })
      incoming.on('data', (data: Buffer) => {
        for (let at = 0; at < data.length; at += chunkBytes) {
          soon(() => handlers.get('data')?.(data.toString('latin1', at, at + chunkBytes)))
        }
      })
      incoming.on('close', () => soon(() => handlers.get('close')?.()))
    })
    asked.on('error', () => {})
    asked.end()
  }
  return {
    modules: { Wifi, net: { connect }, http: { get } },
    restart: (tell) => {
      turns++
      uncaught = tell
      joined = null
      listeners = new Map()
      for (const socket of sockets) socket.destroy()
    },
    drop: (quiet = false) => {
      away = true
      joined = null
      if (!quiet) emit('disconnected', {})
      return () => {
        away = false
      }
    },
    isJoined: () => joined !== null,
  }
}
