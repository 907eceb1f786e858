import { beforeAll, expect, test } from 'vitest'
import { wifiStates } from '../../../../device-sdk/protocol/index.ts'
import { openEmulator } from '../../../../scripts/native/emulator.ts'
import { atEnd, testFolder } from '../../../gateway/harness.ts'
import { testKey } from '../../../gateway/keys.ts'
import { call, startTestGateway, type TestGateway } from '../../../gateway/running.ts'
import { programOf } from '../loop/board-under-test.ts'
import { emulatedBoard } from '../native/board.ts'
import { code, table } from '../native/fixtures.ts'
import {
  join,
  makeKey,
  note,
  openWifiBoard,
  passphrase,
  pin,
  provision,
  readings,
  type WifiBoard,
  wifiOf,
} from './parts.ts'

const timeout = { timeout: 40_000 }
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
/** How many reports the board holds that no receipt came for. */
const undelivered = ({ board }: WifiBoard): number =>
  [...board.files].filter(([name, file]) => /^h[0-9a-f]{16}$/.test(name) && file.at(-1) !== 0).length

test(
  'reports go over the network with nobody on the line, over networks and gateways that go, and none is lost or there twice',
  timeout,
  async () => {
    const gateway = await startTestGateway(testFolder())
    const board = openWifiBoard(program)
    expect(await wifiOf(board)).toBe(wifiStates.noCredentials)
    const kid = await provision(board, gateway)
    await join(board)
    await arrived(gateway, kid, 2)
    expect(await wifiOf(board)).toBe(wifiStates.connected)
    for (const quiet of [false, true]) {
      const back = board.radio.drop(quiet)
      await note(board, quiet ? 'wifi/silent' : 'wifi/lost')
      await note(board, 'wifi/no-network')
      back()
      await arrived(gateway, kid, pairsOf(gateway, kid).length + 2)
    }
    await gateway.close()
    await note(board, 'wifi/closed')
    expect(await wifiOf(board)).toBe(wifiStates.away)
    const again = await startTestGateway(gateway.data, [
      [['mqtt', 'port'], new URL(gateway.mqtt).port],
      [['http', 'port'], new URL(gateway.http).port],
    ])
    await arrived(again, kid, pairsOf(again, kid).length + 2)
    await expect.poll(() => undelivered(board), timeout).toBeLessThan(2)
    const pairs = pairsOf(again, kid)
    expect(pairs).toEqual(pairs.map((_, i) => `0.${i}`))
  },
)

test(
  'what fails is said on the line by its code; the network is kept over a start, and its passphrase never said',
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
    await call(`${gateway.http}/v1/devices/${kid}/revoke`, 'POST', { token: gateway.token })
    expect(await note(board, 'wifi/refused')).toBe('wifi/refused: CONNACK 5')
    for (const { body } of board.frames) expect(Buffer.from(body).includes(passphrase)).toBe(false)
  },
)

test('an address that it cannot use is passed over, and without any that is said', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const nowhere = openWifiBoard(program)
  await makeKey(nowhere)
  await pin(nowhere, testKey('gateway').signer.publicKey, ['mqtts://127.0.0.1:1', gateway.http])
  await join(nowhere)
  await note(nowhere, 'wifi/no-address')
  const board = openWifiBoard(program)
  const kid = await provision(board, gateway, ['mqtts://127.0.0.1:1', 'mqtt://127.0.0.1:1', gateway.mqtt])
  await join(board)
  await arrived(gateway, kid, 1)
})

test('a board that verifies takes its boot, its receipts and its commands by their signatures', timeout, async () => {
  const gateway = await startTestGateway(testFolder())
  const emulator = openEmulator(code, table)
  atEnd(emulator.close)
  const board = openWifiBoard(await programOf({ ...readings, everyS: 30 }, 'nativeCrypto', true), {
    E: emulatedBoard(emulator).board,
    files: new Map([
      ['hexfix.code', code],
      ['hexfix.table', table],
    ]),
  })
  const kid = await provision(board, gateway)
  const held = () => [...board.board.files.keys()].filter((name) => /^h[0-9a-f]{16}$/.test(name))
  await expect.poll(() => held().length, timeout).toBeGreaterThan(2)
  await join(board)
  await arrived(gateway, kid, 3)
  const first = `h${'1'.padStart(8, '0')}${'0'.repeat(8)}`
  await expect.poll(held, timeout).not.toContain(first)
  // The token has used its boot, and what the gateway says of that is obeyed.
  const pairs = pairsOf(gateway, kid)
  expect(pairs).toEqual(pairs.map((_, i) => `1.${i}`))
  const commands = `${gateway.http}/v1/devices/${kid}/command`
  const body = JSON.stringify({ op: 0, args: [] })
  expect((await call(commands, 'POST', { token: gateway.token, body })).status).toBeLessThan(300)
  const answered = async () => (await call(`${commands}s`, 'GET', { token: gateway.token })).json.commands
  await expect.poll(answered, timeout).toMatchObject([{ op: 0, status: 0 }])
})
