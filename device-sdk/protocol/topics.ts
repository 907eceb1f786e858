/**
 * MQTT topics: `hexfix/<net>/<kid>/<type>`, kid in 16 lower-case hex digits; through a relay
 * `hexfix/<net>/<relay kid>/via/<device kid>/<type>`. The topic fixes the type; upward, topic kid = header kid = signer.
 */
const topicRoot = 'hexfix'

export const upTypes = ['report', 'enrol', 'time', 'result'] as const
export type UpType = (typeof upTypes)[number]

export const downTypes = ['receipt', 'sync', 'command', 'update'] as const
export type DownType = (typeof downTypes)[number]

/** @param type - empty for what all topics of a device begin with. */
export const topicOf = (net: number, kid: string, type: UpType | DownType | ''): string =>
  `${topicRoot}/${net}/${kid}/${type}`

/** The topic on which a relay carries a message of, or to, a device. */
export const viaTopicOf = (net: number, relay: string, kid: string, type: UpType | DownType): string =>
  `${topicRoot}/${net}/${relay}/via/${kid}/${type}`

/** What a device may subscribe to besides its own topics. */
export const entropyTopic = (net: number): string => `${topicRoot}/${net}/entropy`

/** The type of an upward topic of this device on this network, or null for every other topic. */
export const upTypeOf = (topic: string, net: number, kid: string): UpType | null => {
  const own = `${topicRoot}/${net}/${kid}/`
  if (!topic.startsWith(own)) return null
  const type = topic.slice(own.length)
  return upTypes.find((known) => known === type) ?? null
}

/** Whose message an upward topic carries: that of the connection itself, or through it (`via`) that of another device. */
export type UpTopic = { readonly kid: string; readonly type: UpType; readonly via?: string }

/** What connection `kid` may publish on: its own topics, and those on which it relays. Null for every other topic. */
export const upTopicOf = (topic: string, net: number, kid: string): UpTopic | null => {
  const own = upTypeOf(topic, net, kid)
  if (own !== null) return { kid, type: own }
  const carried = /\/via\/([0-9a-f]{16})\/[a-z]+$/.exec(topic)?.[1]
  if (carried === undefined) return null
  const type = upTypes.find((known) => topic === viaTopicOf(net, kid, carried, known))
  return type === undefined ? null : { kid: carried, type, via: kid }
}

/** What a relay subscribes to: all that comes down for the devices that it carries messages of. */
export const viaFilterOf = (net: number, relay: string): string => `${topicRoot}/${net}/${relay}/via/#`

/** For which device a topic of this relay carries what down, or null for every other topic. */
export const downViaOf = (
  topic: string,
  net: number,
  relay: string,
): { readonly kid: string; readonly type: DownType } | null => {
  const kid = /\/via\/([0-9a-f]{16})\/[a-z]+$/.exec(topic)?.[1]
  if (kid === undefined) return null
  const type = downTypes.find((known) => topic === viaTopicOf(net, relay, kid, known))
  return type === undefined ? null : { kid, type }
}

const isDownLevel = (level: string | undefined): boolean =>
  level === '+' || level === '#' || downTypes.some((type) => type === level)

/** `via/` and then a kid or `+`, and then a type or a wildcard; or all of it at once. */
const isViaFilter = (rest: string): boolean => {
  const levels = rest.split('/')
  const carried = levels[1] ?? ''
  const type = levels[2]
  if (levels[0] !== 'via' || levels.length > 3) return false
  if (type === undefined) return carried === '#'
  return (carried === '+' || /^[0-9a-f]{16}$/.test(carried)) && isDownLevel(type)
}

/** A device subscribes under its own kid only, to what it relays too; wildcards below it are its own. */
export const mayRead = (filter: string, net: number, kid: string): boolean => {
  if (filter === entropyTopic(net)) return true
  const own = `${topicRoot}/${net}/${kid}/`
  if (!filter.startsWith(own)) return false
  const rest = filter.slice(own.length)
  return isDownLevel(rest) || isViaFilter(rest)
}
