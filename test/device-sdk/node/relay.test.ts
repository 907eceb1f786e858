import { expect, it } from 'vitest'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { showAddress } from '../../../provisioning/owner/address.ts'
import type { SmallBoard } from '../../emulators/small-board/plug.ts'
import { plugWeatherBoard } from '../../emulators/small-board/plug.ts'
import { call, startTestGateway } from '../../gateway/running.ts'
import { noSocat } from '../sensors/serial.ts'
import { boardOwner, changeRelay, provisionedBoard, startRelay } from './boards.ts'
import { keyOf, provisioned } from './parts.ts'

/** The file of a report on the board ends in ones until it is delivered. */
const isDelivered = ({ device }: SmallBoard, seq: number): boolean =>
  device.files.get(`h${'0'.repeat(8)}${seq.toString(16).padStart(8, '0')}`)?.at(-1) === 0

it.skipIf(noSocat !== null)(
  `a relay carries reports of an approved board, over approvals, cables and gateways that go and come back ${noSocat ?? ''}`,
  { timeout: 90_000 },
  async () => {
    const gateway = await startTestGateway()
    const board = await plugWeatherBoard()
    const kid = await provisionedBoard(gateway, board)
    const shown = await call(`${gateway.http}/v1/devices/${kid}`)
    expect(shown.json).toMatchObject({
      kid,
      name: 'porch',
      owner: showAddress(evmAddress(boardOwner.publicKey)).toLowerCase(),
    })
    const dir = await provisioned(gateway)
    await changeRelay(gateway, 'PUT', kid, keyOf(dir).kid)
    const relay = await startRelay(dir, [board.path])
    const up = { kid, app: 'weather-test', board: 'espruino-pico', firmware: 7 }
    expect(await relay.next('board/up')).toMatchObject(up)
    expect(await relay.next('relay/carried')).toMatchObject({ kid, type: 'time' })
    expect(await relay.next('relay/receipt')).toMatchObject({ kid, boot: 0, seq: 0, verdict: 0, logIndex: 2 })
    expect((await call(`${gateway.http}/v1/reports/2`)).json).toMatchObject({ kid, code: 'accepted' })

    await changeRelay(gateway, 'DELETE', kid, relay.kid)
    let refused = await relay.next('relay/receipt')
    while (refused.verdict !== 7) refused = await relay.next('relay/receipt')
    expect(isDelivered(board, 0)).toBe(true)
    await changeRelay(gateway, 'PUT', kid, relay.kid)

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
