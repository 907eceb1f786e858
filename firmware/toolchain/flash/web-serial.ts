import type { FlashTransport } from './transport.ts'

/**
 * A transport in the shape of the Web Serial API, as far as esptool-js uses it. The port is open already and stays open:
 * `open` only sets the speed.
 */
export const webSerial = ({ send, take, setBaud, control }: FlashTransport) => {
  const lines = { dtr: false, rts: false }
  let readable: ReadableStream<Uint8Array> | null = null
  let writable: WritableStream<Uint8Array> | null = null
  const openReadable = (): ReadableStream<Uint8Array> => {
    let cancelled = false
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        while (!cancelled) {
          const first = await take(1, 100)
          const rest = first.ok && first.value.length > 0 ? await take(4096, 0) : first
          if (!first.ok || !rest.ok) return controller.error(new Error('the port is gone'))
          if (first.value.length === 0) continue
          return controller.enqueue(Uint8Array.from([...first.value, ...rest.value]))
        }
      },
      cancel: () => {
        cancelled = true
        // As Web Serial does: after the end of one reader the port gives a new stream.
        readable = null
      },
    })
  }
  return {
    getInfo: () => ({}),
    get readable() {
      readable ??= openReadable()
      return readable
    },
    get writable() {
      writable ??= new WritableStream<Uint8Array>({
        write: async (bytes) => {
          if (!(await send(bytes)).ok) throw new Error('the port is gone')
        },
      })
      return writable
    },
    open: ({ baudRate }: { readonly baudRate: number }) => setBaud(baudRate),
    close: async () => {},
    setSignals: (signals: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean }) => {
      lines.dtr = signals.dataTerminalReady ?? lines.dtr
      lines.rts = signals.requestToSend ?? lines.rts
      return control(lines)
    },
  }
}
