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
  writeTagged,
} from '../../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { type FakeBoardOptions, type FakeRadio, fakeRadio } from '../../../../firmware/espruino-profile/index.ts'
import { atEnd, must } from '../../../gateway/harness.ts'
import { net } from '../../../gateway/keys.ts'
import { call, type TestGateway } from '../../../gateway/running.ts'
import { type BoardUnderTest, openBoardUnderTest } from '../loop/board-under-test.ts'

export const passphrase = 'correct horse'
/** Timers of the board: a ping each second, the first try again after some 60 ms, a reading each 300 ms. */
const pace = 30
export const readings = { everyS: 9, batch: 1, outboxBytes: 32_768 }

export type WifiBoard = BoardUnderTest & { readonly radio: FakeRadio }

/** A fake board with the network `home` in reach. */
export const openWifiBoard = (program: string, options: FakeBoardOptions = {}): WifiBoard => {
  const radio = fakeRadio(new Map([['home', passphrase]]))
  const board = openBoardUnderTest(program, { ...options, radio, pace })
  atEnd(() => board.board.stop())
  return { ...board, radio }
}

export const join = async (board: WifiBoard, secret = passphrase, ssid = 'home'): Promise<void> => {
  board.send(frameTypes.wifi, encodeWifi({ ssid: Buffer.from(ssid), passphrase: Buffer.from(secret) }))
  await board.next(frameTypes.wifi)
}

export const wifiOf = async (board: WifiBoard): Promise<number | undefined> => {
  for (let at = board.frames.length - 1; at >= 0; at--) {
    if (board.frames[at]?.type === frameTypes.hello) board.frames.splice(at, 1)
  }
  board.send(frameTypes.hello, encodeHostHello({ version: 1, relays: false }))
  return must(readBoardHello(await board.next(frameTypes.hello))).wifi
}

/** The next note that begins like this. */
export const note = async (board: WifiBoard, code: string): Promise<string> => {
  for (;;) {
    const text = Buffer.from(await board.next(frameTypes.note)).toString()
    if (text.startsWith(code)) return text
  }
}

export const makeKey = async (board: WifiBoard): Promise<Uint8Array> => {
  board.send(frameTypes.key)
  return board.next(frameTypes.key)
}
export const pin = async (board: WifiBoard, key: Uint8Array, urls: readonly string[]): Promise<void> => {
  board.send(
    frameTypes.trust,
    encode(encodeTrust({ net, chainId: 31_337, gateways: [{ key, urls }], entropyTip: null })),
  )
  await board.next(frameTypes.trust)
}

/** Makes a device of it: registered, and with this gateway pinned. @returns its kid. */
export const provision = async (
  board: WifiBoard,
  { http, mqtt, token }: TestGateway,
  urls: readonly string[] = [mqtt],
): Promise<string> => {
  const kid = toHex(kidOf(await makeKey(board), sha256))
  const { json } = await call(`${http}/v1/enrol/nonce`, 'POST', { token })
  board.send(frameTypes.prove, encodeProve({ net, nonce: fromHex(json.nonce) ?? new Uint8Array() }))
  const frame = must(readSign1(await board.next(frameTypes.enrol)))
  const body = writeTagged({ ...frame, kid: fromHex(kid) })
  const { status } = await call(`${http}/v1/enrol?name=porch`, 'POST', { body })
  if (status !== 201) throw new Error(`not enrolled: ${status}`)
  const { publicKey } = (await call(`${http}/v1/gateway`)).json
  await pin(board, fromHex(publicKey) ?? new Uint8Array(), urls)
  return kid
}
