import type { Board } from '../device-sdk/link/index.ts'
import type { Code, Result, WifiCredentials } from '../device-sdk/protocol/index.ts'
import { codes, encodeWifi, fail, frameTypes, ok, wifiStates } from '../device-sdk/protocol/index.ts'
import type { Facts } from './gateway-facts.ts'

/** Joining, and a signature in JavaScript behind two others. */
const joinedMsMax = 180_000
const askEveryMs = 1_000
/** What goes on by itself, and is over by the next try. */
const passing: readonly Code[] = ['wifi/closed', 'wifi/silent', 'wifi/lost', 'wifi/not-joined']

/** A note of a board's network: a code, and what the firmware said. */
const noted = (body: Uint8Array): { readonly code: Code; readonly detail: string } | null => {
  const text = Buffer.from(body).toString('utf8')
  const [code = '', ...rest] = text.split(': ')
  return code.startsWith('wifi/') && Object.hasOwn(codes, code) ? { code: code as Code, detail: rest.join(': ') } : null
}

/**
 * Why no network would help this board, before anything is done with it.
 * Errors: board/no-wifi, wifi/no-address.
 */
export const wifiFault = (board: Board, { gateway }: Facts): Result<null> => {
  if (board.hello().wifi === undefined) return fail('board/no-wifi', board.path)
  const reachable = gateway.urls.some((url) => url.startsWith('mqtt://'))
  return reachable ? ok(null) : fail('wifi/no-address', gateway.urls.join(', '))
}

/**
 * Gives a board the network to join, and waits until it is connected to its gateway over it.
 * Errors: those of `Board.ask`; what it notes of the network, such as wifi/wrong-passphrase; wifi/not-yet.
 */
export const joinNetwork = async (board: Board, credentials: WifiCredentials): Promise<Result<null>> => {
  let last = ''
  let settle = (_result: Result<null>): void => {}
  const settled = new Promise<Result<null>>((resolve) => {
    settle = resolve
  })
  const asked = await board.ask(frameTypes.wifi, encodeWifi(credentials))
  if (!asked.ok) return asked
  board.onFrame((type, body) => {
    if (type === frameTypes.hello && board.hello().wifi === wifiStates.connected) settle(ok(null))
    const note = type === frameTypes.note ? noted(body) : null
    if (note === null) return
    last = `${note.code} ${note.detail}`.trim()
    if (!passing.includes(note.code)) settle(fail(note.code, note.detail))
  })
  void board.gone.then(() => settle(fail('board/unplugged', board.path)))
  const ask = setInterval(() => void board.greet(false), askEveryMs)
  const late = setTimeout(() => settle(fail('wifi/not-yet', last)), joinedMsMax)
  return settled.finally(() => {
    clearInterval(ask)
    clearTimeout(late)
  })
}
