import { afterEach, beforeAll, expect, test } from 'vitest'
import {
  encode,
  encodeHostHello,
  encodeProve,
  encodeTrust,
  encodeWifi,
  frameTypes,
  fromHex,
  kidOf,
  readBoardHello,
  readSign1,
  toHex,
  wifiStates,
  writeTagged,
} from '../../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { type FakeRadio, fakeRadio } from '../../../../firmware/espruino-profile/index.ts'
import { must, testFolder } from '../../../gateway/harness.ts'
import { net } from '../../../gateway/keys.ts'
import { call, startTestGateway, type TestGateway } from '../../../gateway/running.ts'
import { type BoardUnderTest, openBoardUnderTest, programOf } from '../loop/board-under-test.ts'

const home = { ssid: Buffer.from('home'), passphrase: Buffer.from('correct horse') }
let program: string
let radio: FakeRadio
let board: BoardUnderTest
beforeAll(async () => {
  program = await programOf({}, 'javascriptCrypto', true)
})
afterEach(() => board.board.stop())

const start = (): void => {
  radio = fakeRadio(new Map([['home', 'correct horse']]))
  board = openBoardUnderTest(program, { radio })
}
const join = async (network = home): Promise<void> => {
  board.send(frameTypes.wifi, encodeWifi(network))
  await board.next(frameTypes.wifi)
}
const wifiState = async (): Promise<number | undefined> => {
  board.frames.splice(0)
  board.send(frameTypes.hello, encodeHostHello({ version: 1, relays: false }))
  return must(readBoardHello(await board.next(frameTypes.hello))).wifi
}
/** Makes a device of it: registered, and with this gateway pinned. */
const provision = async ({ http, mqtt, token }: TestGateway): Promise<string> => {
  board.send(frameTypes.key)
  const kid = toHex(kidOf(await board.next(frameTypes.key), sha256))
  const { json } = await call(`${http}/v1/enrol/nonce`, 'POST', { token })
  board.send(frameTypes.prove, encodeProve({ net, nonce: fromHex(json.nonce) ?? new Uint8Array() }))
  const frame = must(readSign1(await board.next(frameTypes.enrol)))
  const body = writeTagged({ ...frame, kid: fromHex(kid) })
  expect((await call(`${http}/v1/enrol?name=porch`, 'POST', { body })).status).toBe(201)
  const key = fromHex((await call(`${http}/v1/gateway`)).json.publicKey) ?? new Uint8Array()
  const trust = { net, chainId: 31337, gateways: [{ key, urls: [mqtt] }], entropyTip: null }
  board.send(frameTypes.trust, encode(encodeTrust(trust)))
  await board.next(frameTypes.trust)
  return kid
}

test('reports go over the network, with nobody on the line, and each receipt marks its report', async () => {
  const gateway = await startTestGateway(testFolder())
  start()
  expect(await wifiState()).toBe(wifiStates.noCredentials)
  const kid = await provision(gateway)
  await join()
  await expect
    .poll(async () => (await call(`${gateway.http}/v1/reports?kid=${kid}`)).json.reports.length, { timeout: 20_000 })
    .toBeGreaterThan(2)
  expect(await wifiState()).toBe(wifiStates.connected)
})
