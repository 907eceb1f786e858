import type { LinkRule } from './link.ts'

/** Both ends in one radio region; judged where both are known. */
export const region: LinkRule = ({ sender, receiver, beacon }) => {
  const [from, to] = [beacon.region ?? sender.region, receiver.region]
  if (from === undefined || to === undefined || from === to) return null
  return { code: 'coverage/region', rule: 'region' }
}
