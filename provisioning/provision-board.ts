import type { Board } from '../device-sdk/link/index.ts'
import type { BoardHello, Result, WifiCredentials } from '../device-sdk/protocol/index.ts'
import { encode, encodeTrust, equalBytes, fail, frameTypes, ok, wifiStates } from '../device-sdk/protocol/index.ts'
import { sha256 } from '../device-sdk/signer/index.ts'
import { joinNetwork, wifiFault } from './board-wifi.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { Facts } from './gateway-facts.ts'
import { boardHolder } from './holder.ts'
import { kidTextOf } from './proof.ts'
import type { AwaitsOwner, PlacedOptions, Provisioned } from './provision.ts'
import { namesOf, provisionedOf, settle } from './provision.ts'

/** What a board says of itself, for people. */
export type BoardFacts = Pick<BoardHello, 'app' | 'board' | 'firmware' | 'open'> & {
  readonly port: string
  /** True where it is connected to its gateway over a network of its own. */
  readonly wifi: boolean
}
export type ProvisionedBoard = (Provisioned | AwaitsOwner) & { readonly board: BoardFacts }
export type BoardOptions = Omit<PlacedOptions, 'dir'> & {
  /** Where a claim waits for its owner's signature, for the board with this kid. */
  readonly dirOf: (kid: string) => string
  /** The network that it is to reach its gateway over. */
  readonly wifi?: WifiCredentials
}

const digestBytes = 8

/** Pins network and gateway on the board, which takes them once and shows that it has them. Errors: board/trust-pinned. */
const pinTrust = async (board: Board, { net, chainId, gateway }: Facts): Promise<Result<null>> => {
  const body = encode(encodeTrust({ net, chainId, gateways: [gateway], entropyTip: null }))
  const pinned = await board.ask(frameTypes.trust, body)
  if (!pinned.ok) return pinned
  const same = equalBytes(pinned.value, sha256(body).slice(0, digestBytes))
  return same ? ok(null) : fail('board/failed', `${board.path} pinned something else`)
}

/**
 * Makes a device of a board over its line: its key is made there and never leaves it, then proof of possession, the owner's claim,
 * registration, place, trust, and where one is named the network. Runs again without harm: what is done is kept.
 */
export const provisionBoard = async (
  client: GatewayClient,
  facts: Facts,
  board: Board,
  options: BoardOptions,
): Promise<Result<ProvisionedBoard>> => {
  const { app, board: name, firmware, open, net } = board.hello()
  if (net !== null && net !== facts.net) return fail('board/trust-pinned', `${board.path} is of network ${net}`)
  const { wifi } = options
  const able = wifi === undefined ? ok(null) : wifiFault(board, facts)
  if (!able.ok) return able
  const holder = await boardHolder(board)
  if (!holder.ok) return holder
  const { publicKey } = holder.value
  const of = (joined: boolean) => ({ board: { port: board.path, app, board: name, firmware, open, wifi: joined } })
  const dir = options.dirOf(kidTextOf(publicKey))
  const settled = await settle(client, facts, holder.value, { ...options, dir })
  if (!settled.ok) return settled
  if (settled.value.waiting) return ok({ ...settled.value, ...namesOf(publicKey), ...of(false) })
  const pinned = await pinTrust(board, facts)
  if (!pinned.ok) return pinned
  const joined = wifi === undefined ? ok(null) : await joinNetwork(board, wifi)
  return joined.ok
    ? ok({ ...provisionedOf(facts, publicKey, settled.value), ...of(board.hello().wifi === wifiStates.connected) })
    : joined
}
