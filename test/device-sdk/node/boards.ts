import { openBoard } from '../../../device-sdk/link/index.ts'
import { runRelay } from '../../../device-sdk/node/index.ts'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { openGatewayClient } from '../../../provisioning/gateway-client.ts'
import { readFacts } from '../../../provisioning/gateway-facts.ts'
import { provisionBoard } from '../../../provisioning/provision-board.ts'
import type { SmallBoard } from '../../emulators/small-board/plug.ts'
import { atEnd, must, testFolder } from '../../gateway/harness.ts'
import { testKey } from '../../gateway/keys.ts'
import type { TestGateway } from '../../gateway/running.ts'
import { call } from '../../gateway/running.ts'
import { eventLog } from './parts.ts'

export const boardOwner = testKey('owner of the board').signer

/** The board is registered at the gateway and trusts it. */
export const provisionedBoard = async (gateway: TestGateway, { path }: SmallBoard): Promise<string> => {
  const client = must(openGatewayClient({ data: gateway.data }))
  const board = must(await openBoard(path, new AbortController().signal))
  const claimant = { owner: evmAddress(boardOwner.publicKey), signatures: { signers: [boardOwner], pasted: [] } }
  const options = { dirOf: testFolder, name: 'porch', claimant }
  const made = must(await provisionBoard(client, must(await readFacts(client)), board, options))
  await board.close()
  return made.kid
}

export const startRelay = async (dir: string, boards: readonly string[]) => {
  const events = eventLog()
  const relay = must(await runRelay({ dir, boards, onEvent: events.onEvent }))
  let open = true
  const close = async (): Promise<void> => {
    if (open) await relay.close()
    open = false
  }
  atEnd(close)
  return { ...events, ...relay, close }
}

/** Approves a relay for a board, or takes it back. */
export const changeRelay = (gateway: TestGateway, method: 'PUT' | 'DELETE', kid: string, relay: string) =>
  call(`${gateway.http}/v1/devices/${kid}/relays/${relay}`, method, { token: gateway.token })
