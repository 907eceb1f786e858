import type { DownType } from '../../device-sdk/protocol/index.ts'

/** Ways to a device: its own connection, or that of a relay `via`. */
export type Ways = {
  /** Whether `send` would reach a subscription now. */
  wants(kid: string, type: DownType, via?: string): boolean
  /** @returns whether it was sent. */
  send(kid: string, type: DownType, message: Uint8Array, via?: string): boolean
}

/** The relay to take, undefined where the device is in reach of its own; null where no way is open now. */
export const openWay = (
  { wants }: Pick<Ways, 'wants'>,
  type: DownType,
  kid: string,
  relays: readonly string[],
): string | undefined | null => {
  if (wants(kid, type)) return undefined
  return relays.find((relay) => wants(kid, type, relay)) ?? null
}
