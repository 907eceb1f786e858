import type { ServerResponse } from 'node:http'

const listenersMax = 64
const bufferedBytesMax = 1_048_576

/** Server-sent events at /v1/live: one `event` and one line of JSON each. A listener that does not read is dropped. */
export const openLive = () => {
  const listeners = new Set<ServerResponse>()
  return {
    /** @returns false when there are too many listeners. */
    add: (response: ServerResponse): boolean => {
      if (listeners.size >= listenersMax) return false
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': hexfix\n\n')
      listeners.add(response)
      response.on('close', () => listeners.delete(response))
      return true
    },
    wanted: (): boolean => listeners.size > 0,
    publish: (event: string, data: unknown): void => {
      if (listeners.size === 0) return
      const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
      for (const response of listeners) {
        if (response.writableLength > bufferedBytesMax) response.destroy()
        else response.write(text)
      }
    },
    close: (): void => {
      for (const response of listeners) response.end()
    },
  }
}

export type Live = ReturnType<typeof openLive>
