import { beforeAll, expect, test } from 'vitest'
import { wifiStates } from '../../../../device-sdk/protocol/index.ts'
import { testFolder } from '../../../gateway/harness.ts'
import { call, startTestGateway, type TestGateway } from '../../../gateway/running.ts'
import { programOf } from '../loop/board-under-test.ts'
import { join, note, openWifiBoard, passphrase, provision, readings, type WifiBoard, wifiOf } from './parts.ts'

const timeout = { timeout: 20_000 }
let program: string
beforeAll(async () => {
  program = await programOf(readings, 'javascriptCrypto', true)
})

/** The pairs that a gateway holds of this device, in its order. */
const pairsOf = (gateway: TestGateway, kid: string): string[] => {
  const newest = gateway.look(({ log }) => log.newest({ kid, limit: 1_000 }))
  return newest.map(({ boot, seq }) => `${Number.parseInt(boot, 16)}.${seq}`).reverse()
}
const arrived = (gateway: TestGateway, kid: string, least: number) =>
  expect.poll(() => pairsOf(gateway, kid).length, timeout).toBeGreaterThanOrEqual(least)
const oneAfterTheOther = (pairs: readonly string[]): string[] => pairs.map((_, i) => `0.${i}`)
/** How many reports the board holds that no receipt came for. */
const undelivered = ({ board }: WifiBoard): number =>
  [...board.files].filter(([name, file]) => /^h[0-9a-f]{16}$/.test(name) && file.at(-1) !== 0).length

test('reports go over the network, with nobody on the line, and each receipt marks its report', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const board = openWifiBoard(program)
  expect(await wifiOf(board)).toBe(wifiStates.noCredentials)
  const kid = await provision(board, gateway)
  await join(board)
  await arrived(gateway, kid, 5)
  expect(await wifiOf(board)).toBe(wifiStates.connected)
  const pairs = pairsOf(gateway, kid)
  expect(pairs).toEqual(oneAfterTheOther(pairs))
  await expect.poll(() => undelivered(board), timeout).toBeLessThan(3)
})

test('a gateway that goes and comes back gets every report, and none twice', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const board = openWifiBoard(program)
  const kid = await provision(board, gateway)
  await join(board)
  await arrived(gateway, kid, 2)
  await gateway.close()
  await note(board, 'wifi/closed')
  expect(await wifiOf(board)).toBe(wifiStates.away)
  const again = await startTestGateway(gateway.data, [
    [['mqtt', 'port'], new URL(gateway.mqtt).port],
    [['http', 'port'], new URL(gateway.http).port],
  ])
  await arrived(again, kid, 12)
  const pairs = pairsOf(again, kid)
  expect(pairs).toEqual(oneAfterTheOther(pairs))
})

test.each([false, true])(
  'a network that goes away is joined again, and nothing is lost; in silence: %s',
  timeout,
  async (quiet) => {
    const gateway = await startTestGateway(testFolder())
    const board = openWifiBoard(program)
    const kid = await provision(board, gateway)
    await join(board)
    await arrived(gateway, kid, 2)
    const back = board.radio.drop(quiet)
    await note(board, quiet ? 'wifi/silent' : 'wifi/lost')
    await note(board, 'wifi/no-network')
    back()
    const before = pairsOf(gateway, kid).length
    await arrived(gateway, kid, before + 3)
    const pairs = pairsOf(gateway, kid)
    expect(pairs).toEqual(oneAfterTheOther(pairs))
  },
)

test(
  'a wrong passphrase is said on the line, by its code; the right one is kept over a start, and never said',
  timeout,
  async () => {
    const gateway = await startTestGateway(testFolder())
    const board = openWifiBoard(program)
    const kid = await provision(board, gateway)
    await join(board, 'wrong horse')
    expect(await note(board, 'wifi/')).toBe('wifi/wrong-passphrase: 4WAY_HANDSHAKE_TIMEOUT')
    await join(board, passphrase, 'elsewhere')
    expect(await note(board, 'wifi/')).toBe('wifi/no-network: NO_AP_FOUND')
    expect(await wifiOf(board)).toBe(wifiStates.away)
    await join(board)
    await arrived(gateway, kid, 1)
    board.board.power()
    await expect.poll(() => pairsOf(gateway, kid), timeout).toContain('1.0')
    expect(await wifiOf(board)).toBe(wifiStates.connected)
    for (const { body } of board.frames) expect(Buffer.from(body).includes(passphrase)).toBe(false)
  },
)

test('a device that is revoked is told so on the line', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const board = openWifiBoard(program)
  const kid = await provision(board, gateway)
  await call(`${gateway.http}/v1/devices/${kid}/revoke`, 'POST', { token: gateway.token })
  await join(board)
  expect(await note(board, 'wifi/refused')).toBe('wifi/refused: CONNACK 5')
})

test('an address that it cannot use is passed over, and without any that is said', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const nowhere = openWifiBoard(program)
  await provision(nowhere, gateway, ['mqtts://127.0.0.1:1', gateway.http])
  await join(nowhere)
  await note(nowhere, 'wifi/no-address')
  const board = openWifiBoard(program)
  const kid = await provision(board, gateway, ['mqtts://127.0.0.1:1', 'mqtt://127.0.0.1:1', gateway.mqtt])
  await join(board)
  await arrived(gateway, kid, 1)
})
