import { expect, it } from 'vitest'
import { openBoard } from '../../../device-sdk/link/index.ts'
import { runRelay } from '../../../device-sdk/node/index.ts'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { openGatewayClient } from '../../../provisioning/gateway-client.ts'
import { readFacts } from '../../../provisioning/gateway-facts.ts'
import { showAddress } from '../../../provisioning/owner/address.ts'
import { provisionBoard } from '../../../provisioning/provision-board.ts'
import type { SmallBoard } from '../../emulators/small-board/plug.ts'
import { plugWeatherBoard } from '../../emulators/small-board/plug.ts'
import { atEnd, must, testFolder } from '../../gateway/harness.ts'
import { testKey } from '../../gateway/keys.ts'
import type { TestGateway } from '../../gateway/running.ts'
import { call, startTestGateway } from '../../gateway/running.ts'
import { noSocat } from '../sensors/serial.ts'
import { eventLog, keyOf, provisioned } from './parts.ts'

const owner = testKey('owner of the board').signer

/** The board is registered at the gateway and trusts it. */
const make = async (gateway: TestGateway, { path }: SmallBoard): Promise<string> => {
  const client = must(openGatewayClient({ data: gateway.data }))
  const board = must(await openBoard(path, new AbortController().signal))
  const claimant = { owner: evmAddress(owner.publicKey), signatures: { signers: [owner], pasted: [] } }
  const options = { dirOf: testFolder, name: 'porch', claimant }
  const made = must(await provisionBoard(client, must(await readFacts(client)), board, options))
  await board.close()
  return made.kid
}

const startRelay = async (dir: string, boards: readonly string[]) => {
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

const change = (gateway: TestGateway, method: 'PUT' | 'DELETE', kid: string, relay: string) =>
  call(`${gateway.http}/v1/devices/${kid}/relays/${relay}`, method, { token: gateway.token })

/** The file of a report on the board ends in ones until it is delivered. */
const isDelivered = ({ device }: SmallBoard, seq: number): boolean =>
  device.files.get(`h${'0'.repeat(8)}${seq.toString(16).padStart(8, '0')}`)?.at(-1) === 0

it.skipIf(noSocat !== null)(
  `a relay carries reports of an approved board, over approvals, cables and gateways that go and come back ${noSocat ?? ''}`,
  { timeout: 90_000 },
  async () => {
    const gateway = await startTestGateway()
    const board = await plugWeatherBoard()
    const kid = await make(gateway, board)
    const shown = await call(`${gateway.http}/v1/devices/${kid}`)
    expect(shown.json).toMatchObject({
      kid,
      name: 'porch',
      owner: showAddress(evmAddress(owner.publicKey)).toLowerCase(),
    })
    const dir = await provisioned(gateway)
    await change(gateway, 'PUT', kid, keyOf(dir).kid)
    const relay = await startRelay(dir, [board.path])
    const up = { kid, app: 'weather-test', board: 'espruino-pico', firmware: 7 }
    expect(await relay.next('board/up')).toMatchObject(up)
    expect(await relay.next('relay/carried')).toMatchObject({ kid, type: 'time' })
    expect(await relay.next('relay/receipt')).toMatchObject({ kid, boot: 0, seq: 0, verdict: 0, logIndex: 2 })
    expect((await call(`${gateway.http}/v1/reports/2`)).json).toMatchObject({ kid, code: 'accepted' })

    await change(gateway, 'DELETE', kid, relay.kid)
    let refused = await relay.next('relay/receipt')
    while (refused.verdict !== 7) refused = await relay.next('relay/receipt')
    expect(isDelivered(board, 0)).toBe(true)
    await change(gateway, 'PUT', kid, relay.kid)

    await board.unplug()
    expect(await relay.next('board/down')).toMatchObject({ path: board.path, code: 'board/unplugged' })
    await board.plugIn()
    expect(await relay.next('board/up')).toMatchObject(up)

    const [mqttPort, httpPort] = [new URL(gateway.mqtt).port, new URL(gateway.http).port]
    await gateway.close()
    await relay.next('link/down')
    // Nobody has it, so the board does.
    expect(isDelivered(board, refused.seq)).toBe(false)
    const again = await startTestGateway(gateway.data, [
      [['mqtt', 'port'], mqttPort],
      [['http', 'port'], httpPort],
    ])
    let receipt = await relay.next('relay/receipt')
    while (receipt.seq !== refused.seq || receipt.verdict === 7) receipt = await relay.next('relay/receipt')
    expect(receipt).toMatchObject({ kid, verdict: 0 })
    expect(again.look(({ log }) => log.at(receipt.logIndex ?? 0))).toMatchObject({ kid, code: 'accepted' })
  },
)
