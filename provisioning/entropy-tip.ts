import { fromHex } from '../device-sdk/protocol/index.ts'
import type { GatewayClient } from './gateway-client.ts'

const waitMsMax = 15_000
const askMs = 200

/**
 * The tip of the gateway's entropy chain, which beacons need. A gateway that was started for the first time makes its chain
 * for some seconds: whoever needs the tip waits for it. Null where it has none.
 */
export const entropyTipOf = async (client: GatewayClient, wait: boolean): Promise<Uint8Array | null> => {
  for (const endMs = Date.now() + waitMsMax; ; ) {
    const answer = await client.get('/v1/gateway')
    const { entropyTip = null } = answer.ok ? answer.value : {}
    if (typeof entropyTip === 'string') return fromHex(entropyTip)
    if (!wait || !answer.ok || Date.now() > endMs) return null
    await new Promise((resolve) => setTimeout(resolve, askMs))
  }
}
