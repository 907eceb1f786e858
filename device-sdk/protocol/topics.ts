/**
 * MQTT topics: `hexfix/<net>/<kid>/<type>`, kid in 16 lower-case hex digits.
 * The topic fixes the type; upward, topic kid = header kid = signer.
 */
const topicRoot = 'hexfix'

export const upTypes = ['report', 'enrol', 'time', 'result'] as const
export type UpType = (typeof upTypes)[number]

export const downTypes = ['receipt', 'sync', 'command', 'update'] as const
export type DownType = (typeof downTypes)[number]

export const topicOf = (net: number, kid: string, type: UpType | DownType): string =>
  `${topicRoot}/${net}/${kid}/${type}`

/** What a device may subscribe to besides its own topics. */
export const entropyTopic = (net: number): string => `${topicRoot}/${net}/entropy`

/** The type of an upward topic of this device on this network, or null for every other topic. */
export const upTypeOf = (topic: string, net: number, kid: string): UpType | null => {
  const own = `${topicRoot}/${net}/${kid}/`
  if (!topic.startsWith(own)) return null
  const type = topic.slice(own.length)
  return upTypes.find((known) => known === type) ?? null
}

/** A device subscribes under its own kid only; wildcards below it are its own too. */
export const mayRead = (filter: string, net: number, kid: string): boolean => {
  if (filter === entropyTopic(net)) return true
  const own = `${topicRoot}/${net}/${kid}/`
  if (!filter.startsWith(own)) return false
  const rest = filter.slice(own.length)
  return rest === '#' || rest === '+' || downTypes.some((type) => type === rest)
}
