import type { AnnouncedScheme, Announcement } from '../protocol/index.ts'
import { announcedSchemes, announcedService, readAnnouncement } from '../protocol/index.ts'

/** A gateway that answered on the link. Nothing of it is proven: trust its key only after comparing it, or where it is pinned. */
export type FoundGateway = Announcement & {
  /** Where the answer came from. */
  readonly address: string
  readonly urls: readonly string[]
}

export type FindOptions = {
  readonly forMs: number
  /** An address of this machine: the one network to ask on; without it, the system's choice, or HEXFIX_MDNS_INTERFACE. */
  readonly interface?: string
  readonly signal?: AbortSignal
  /** What is looked for; all else counts as not there. */
  readonly only?: (found: FoundGateway) => boolean
  /** Ends the search at the first of which this holds. */
  readonly until?: (found: FoundGateway) => boolean
}

/** Whoever floods the link gets no further than this. */
const foundMax = 32
const recordsMax = 64
const askEveryMs = 1_000

const textsOf = (data: unknown): string[] =>
  (Array.isArray(data) ? data : [data]).slice(0, recordsMax).flatMap((text) => {
    if (typeof text === 'string') return [text]
    return text instanceof Uint8Array ? [Buffer.from(text).toString('latin1')] : []
  })

const urlsOf = (address: string, ports: Announcement['ports']): string[] => {
  const host = address.includes(':') ? `[${address}]` : address
  const wanted: readonly AnnouncedScheme[] = announcedSchemes
  return wanted.flatMap((scheme) => (ports[scheme] === undefined ? [] : [`${scheme}://${host}:${ports[scheme]}`]))
}

type Records = readonly {
  readonly name: string
  readonly type: string
  readonly ttl?: number
  readonly data: unknown
}[]

const announcementsIn = (records: Records): Announcement[] =>
  records.slice(0, recordsMax).flatMap(({ name, type, ttl, data }) => {
    const isOurs = type === 'TXT' && ttl !== 0 && String(name).toLowerCase().endsWith(`.${announcedService}`)
    const announcement = isOurs ? readAnnouncement(textsOf(data)) : null
    return announcement === null ? [] : [announcement]
  })

/** Asks on the link by mDNS (RFC 6762) for gateways. Takes at most 32 answers; one for each kid, key and set of addresses. */
export const findGateways = async (options: FindOptions): Promise<readonly FoundGateway[]> => {
  const { default: openMdns } = await import('multicast-dns')
  const address = options.interface ?? process.env.HEXFIX_MDNS_INTERFACE
  const mdns = openMdns(address === undefined ? {} : { interface: address, bind: '0.0.0.0' })
  const found = new Map<string, FoundGateway>()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      clearInterval(asking)
      options.signal?.removeEventListener('abort', end)
      mdns.destroy()
      resolve([...found.values()])
    }
    const ask = (): void => mdns.query([{ name: announcedService, type: 'PTR' }])
    const timer = setTimeout(end, options.forMs)
    const asking = setInterval(ask, askEveryMs)
    options.signal?.addEventListener('abort', end, { once: true })
    mdns.on('error', end)
    // A packet that cannot be read is somebody else's.
    mdns.on('warning', () => {})
    mdns.on('response', ({ answers = [], additionals = [] }, from) => {
      for (const announcement of announcementsIn([...answers, ...additionals])) {
        const one = { ...announcement, address: from.address, urls: urlsOf(from.address, announcement.ports) }
        const key = `${one.kid} ${one.spki} ${one.urls.join(' ')}`
        if (found.size >= foundMax || found.has(key)) continue
        if (options.only?.(one) === false) continue
        found.set(key, one)
        if (options.until?.(one) === true) return end()
      }
    })
    mdns.once('ready', ask)
    if (options.signal?.aborted === true) end()
  })
}
