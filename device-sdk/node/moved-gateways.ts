import type { FoundGateway } from '../link/index.ts'
import { findGateways, hostOf } from '../link/index.ts'
import type { TrustedGateway } from '../protocol/index.ts'
import { kidOf, toHex } from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'

const lookForMs = 3_000
const restMs = 60_000
const claimantsMax = 4

/**
 * Looks on the LAN for pinned gateways that do not answer where they were. Only for those whose TLS key is pinned: an answer says
 * where to try and nothing else, and whoever cannot show the key gets nothing. Not kept over a restart: op 1 alone changes trust.
 */
export const movedGateways = () => {
  /** By gateway: all that claim to be it, for a liar must not hide the true one. */
  const found = new Map<string, readonly FoundGateway[]>()
  let restUntilMs = 0
  const urlsAt = (gateway: TrustedGateway, scheme: string): string[] =>
    (found.get(toHex(gateway.key)) ?? [])
      .flatMap(({ urls }) => urls.filter((url) => url.startsWith(scheme)))
      .filter((url) => !gateway.urls.includes(url))
  return {
    mqttUrls: (gateway: TrustedGateway): string[] => urlsAt(gateway, 'mqtts:').slice(0, claimantsMax),
    /** The API at the same address as this MQTT; null where none was found there. */
    httpUrl: (gateway: TrustedGateway, mqttUrl: string): string | null =>
      urlsAt(gateway, 'https:').find((url) => new URL(url).hostname === hostOf(new URL(mqttUrl))) ?? null,
    look: async (pinned: readonly TrustedGateway[], signal: AbortSignal): Promise<void> => {
      const wanted = pinned.filter(({ tlsSpki }) => tlsSpki !== undefined)
      if (wanted.length === 0 || performance.now() < restUntilMs) return
      const isOf = (one: FoundGateway, { key, tlsSpki }: TrustedGateway): boolean =>
        one.kid === toHex(kidOf(key, sha256)) && one.spki === toHex(tlsSpki ?? key)
      const only = (one: FoundGateway): boolean => wanted.some((gateway) => isOf(one, gateway))
      const answers = await findGateways({ forMs: lookForMs, signal, only })
      for (const gateway of wanted) {
        found.set(
          toHex(gateway.key),
          answers.filter((one) => isOf(one, gateway)),
        )
      }
      restUntilMs = performance.now() + restMs
    },
  }
}
