import { encodeConnect, toBase64Url } from '../../protocol/connect.ts'
import { kidOf } from '../../protocol/device-id.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { mtypes, readSign1, type Sign1, writeTagged } from '../../protocol/sign1.ts'
import type { Key } from '../loop/key.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { signMessage } from '../loop/sign-message.ts'

/**
 * A password for an attempt to connect: (boot, n) rises with each, and none serves twice. It holds no time, so that a board without a
 * clock gets in; and one that no gateway has seen is good for the next attempt, as a signature in JavaScript takes half a minute.
 */
export const nextToken = (loop: Loop, gatewayKey: Uint8Array, done: (password: string) => void): void => {
  const wifi = loop.wifi as WifiState
  const board = loop.board
  const boot = board.boot
  const token = wifi.token
  if (token !== null && token.boot === boot && token.gatewayKey === gatewayKey) {
    done(token.password)
    return
  }
  const payload = encodeConnect({ gateway: kidOf(gatewayKey, board.crypto.sha256), boot, n: wifi.tokens++ })
  signMessage(board, mtypes.connect, (board.trust as PinnedTrust).net, payload, (compact) => {
    const frame = (readSign1(compact) as { value: Sign1 }).value
    const kid = (board.key as Key).kid
    const password = toBase64Url(writeTagged({ kid, payload: frame.payload, signature: frame.signature }))
    wifi.token = { boot, gatewayKey, password }
    done(password)
  })
}
