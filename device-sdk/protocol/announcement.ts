/** What a gateway says of itself by mDNS, unsigned: enough to find it, nothing to trust it by. */
export type Announcement = {
  readonly net: number
  /** 16 lower-case hex digits. */
  readonly kid: string
  /** SHA-256 of its TLS key's SubjectPublicKeyInfo in hex; absent without TLS. */
  readonly spki?: string
  /** Port by scheme. */
  readonly ports: Readonly<Partial<Record<AnnouncedScheme, number>>>
}
export type AnnouncedScheme = (typeof announcedSchemes)[number]

/** In the order in which a device tries them. */
export const announcedSchemes = ['mqtts', 'mqtt', 'https', 'http'] as const
/** RFC 6763 section 4: service and protocol, in the domain of the link. */
export const announcedService = '_hexfix._tcp.local'

const textsMax = 16
const kidPattern = /^[0-9a-f]{16}$/
const spkiPattern = /^[0-9a-f]{64}$/

const wholeNumber = (text: string | undefined, most: number): number | null =>
  text !== undefined && /^[0-9]{1,16}$/.test(text) && Number(text) <= most ? Number(text) : null

/** The strings of a TXT record (RFC 6763 section 6.3). */
export const encodeAnnouncement = ({ net, kid, spki, ports }: Announcement): string[] => [
  'v=1',
  `net=${net}`,
  `kid=${kid}`,
  ...(spki === undefined ? [] : [`spki=${spki}`]),
  ...announcedSchemes.flatMap((scheme) => (ports[scheme] === undefined ? [] : [`${scheme}=${ports[scheme]}`])),
]

/** Reads what anybody on the link may have written; null where it is no announcement. Of a key that comes twice the first counts. */
export const readAnnouncement = (texts: readonly string[]): Announcement | null => {
  if (texts.length > textsMax) return null
  const values = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at > 0 && !values.has(text.slice(0, at))) values.set(text.slice(0, at), text.slice(at + 1))
  }
  const net = wholeNumber(values.get('net'), Number.MAX_SAFE_INTEGER)
  const kid = values.get('kid') ?? ''
  const spki = values.get('spki')
  if (values.get('v') !== '1' || net === null || !kidPattern.test(kid)) return null
  if (spki !== undefined && !spkiPattern.test(spki)) return null
  const ports: Partial<Record<AnnouncedScheme, number>> = {}
  for (const scheme of announcedSchemes) {
    const port = wholeNumber(values.get(scheme), 65_535)
    if (port !== null && port > 0) ports[scheme] = port
  }
  return { net, kid, ports, ...(spki === undefined ? {} : { spki }) }
}
