import type { Scene } from '../scene.ts'
import { edgeOf } from '../scene.ts'
import type { Finding } from '../verdict.ts'

/** An empty list denies nobody. */
export const denied = (kid: string, { denied: keys }: Scene): Finding | null =>
  keys?.has(kid) ? { code: 'coverage/denied', rule: 'denied' } : null

/** An edge has no direction: what one says of the other counts neither way. */
export const edgeDenied = (a: string, b: string, { deniedEdges }: Scene): Finding | null =>
  deniedEdges?.has(edgeOf(a, b)) ? { code: 'coverage/edge-denied', rule: 'edge-denied' } : null
