export type DeviceRow = {
  readonly kid: string
  readonly words: string
  readonly name: string | null
  readonly status: string
  readonly connected: boolean
}
export type Verdict = {
  readonly epoch: number
  readonly item: number
  readonly kind: string
  readonly kid: string
  readonly beaconId: string
  readonly code: string
  readonly rule: string | null
  readonly measured: number | null
  readonly threshold: number | null
  readonly unit: string | null
  readonly margin: number | null
  readonly flip: string
}
export type MapView = {
  readonly hexes: readonly {
    readonly cell: string
    readonly boundary: readonly (readonly [number, number])[]
    readonly devices: readonly DeviceRow[]
  }[]
  readonly links: readonly {
    readonly from: readonly [number, number]
    readonly to: readonly [number, number]
    readonly code: string
    readonly logIndex: number
  }[]
}
export type Meaning = { readonly meaning: string; readonly next: string }
type ApiError = { readonly error: { readonly code: string; readonly message: string; readonly next: string } }

/** Where reading is not open, the token of whoever runs the gateway; kept for this tab alone. */
const tokenName = 'hexfix-token'
const headers = (): Record<string, string> => {
  const token = sessionStorage.getItem(tokenName)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
export const keepToken = (token: string): void => sessionStorage.setItem(tokenName, token)

export class GatewayError extends Error {
  readonly code: string
  constructor({ error }: ApiError) {
    super(`${error.code}: ${error.message} ${error.next}`)
    this.code = error.code
  }
}

/** A document of the API. Throws a `GatewayError` with the gateway's own words. */
export const get = async <T>(path: string): Promise<T> => {
  const answer = await fetch(path, { headers: headers() })
  const document: unknown = await answer.json()
  if (!answer.ok) throw new GatewayError(document as ApiError)
  return document as T
}

export type LiveEvent = { readonly event: string; readonly data: Readonly<Record<string, unknown>> }

const retryMs = 1_000
const blockEnd = '\n\n'

const eventOf = (block: string): LiveEvent | null => {
  const event = /^event: (.+)$/m.exec(block)?.[1]
  const data = /^data: (.+)$/m.exec(block)?.[1]
  return event === undefined || data === undefined ? null : { event, data: JSON.parse(data) as LiveEvent['data'] }
}

/** Follows the live feed for as long as the page is open; `EventSource` could not send a token. */
export const follow = async (take: (event: LiveEvent) => void, state: (connected: boolean) => void): Promise<never> => {
  for (;;) {
    try {
      const answer = await fetch('/v1/live', { headers: headers() })
      if (answer.ok && answer.body !== null) {
        state(true)
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
        let text = ''
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          text += part.value
          for (let end = text.indexOf(blockEnd); end >= 0; end = text.indexOf(blockEnd)) {
            const event = eventOf(text.slice(0, end))
            text = text.slice(end + blockEnd.length)
            if (event !== null) take(event)
          }
        }
      }
    } catch {
      // The gateway is away: it is asked again.
    }
    state(false)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}
