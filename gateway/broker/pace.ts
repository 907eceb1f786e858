import type { BrokerLimits } from './limits.ts'

export type Pace = {
  /** How many publishes may pass now: none while `waitMs` is over 0. */
  publishes(): number
  /** How long until more may be read; 0 for at once. */
  waitMs(): number
  spend(publishes: number, bytes: number): void
}

/**
 * What one connection may send: a second's worth at once, and from then on as much as a second brings. Bytes are counted when
 * they were read, so they may run into debt by one read.
 * @param nowMs - a clock that nobody sets.
 */
export const createPace = (
  { publishesPerSMax, bytesPerSMax }: Pick<BrokerLimits, 'publishesPerSMax' | 'bytesPerSMax'>,
  nowMs: () => number,
): Pace => {
  let publishes = publishesPerSMax
  let bytes = bytesPerSMax
  let at = nowMs()
  const refill = (): void => {
    const passedS = (nowMs() - at) / 1000
    at += passedS * 1000
    publishes = Math.min(publishesPerSMax, publishes + passedS * publishesPerSMax)
    bytes = Math.min(bytesPerSMax, bytes + passedS * bytesPerSMax)
  }
  const untilMs = (have: number, need: number, perS: number): number =>
    have >= need ? 0 : Math.ceil(((need - have) / perS) * 1000)
  return {
    publishes: () => {
      refill()
      return Math.floor(publishes)
    },
    waitMs: () => {
      refill()
      return Math.max(untilMs(publishes, 1, publishesPerSMax), untilMs(bytes, 0, bytesPerSMax))
    },
    spend: (publishesSpent, bytesSpent) => {
      refill()
      publishes -= publishesSpent
      bytes -= bytesSpent
    },
  }
}
