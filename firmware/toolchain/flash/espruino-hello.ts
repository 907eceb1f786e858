import { boardFrame } from '../../../device-sdk/link/index.ts'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import {
  encodeHostHello,
  fail,
  frameTypes,
  linkVersion,
  ok,
  readBoardHello,
} from '../../../device-sdk/protocol/index.ts'
import { askLine, runLine } from './espruino-lines.ts'
import type { Heard } from './hear-frame.ts'
import { hearFrame } from './hear-frame.ts'
import type { FlashJob } from './protocol.ts'

/** How long the application may take to fail, or to say hello. */
const startMs = 1_500
const answerMs = 3_000

const textOf = ({ body }: Heard, board: string): Result<string> => {
  const hello = readBoardHello(body)
  if (!hello.ok) return hello
  const { app, board: name, firmware, open } = hello.value
  if (name !== board) return fail('flash/no-hello', `${app} is built for ${name}`)
  return ok(`${app}, firmware ${firmware}, on ${name}${open ? ', DEVELOPMENT BUILD: its console is open' : ''}`)
}

/**
 * Starts the application. An app of ours says hello by itself, or when it is asked: it has no console. Of any other the prompt of
 * the interpreter is its hello, once it has started without an error. Errors: flash/no-hello.
 */
export const espruinoHello = async ({ transport, board, onProgress }: FlashJob): Promise<Result<string>> => {
  onProgress('hello', 0, 0)
  transport.discard()
  const loaded = await runLine(transport, 'load()')
  if (!loaded.ok) return loaded
  let said = ''
  const started = await hearFrame(transport, [frameTypes.hello], startMs, (text) => {
    said += text
  })
  if (!started.ok) return started
  if (started.value !== null) return textOf(started.value, board.id)
  const fault = /Uncaught.*/.exec(said)?.[0]
  if (fault !== undefined) return fail('flash/no-hello', fault.trim())
  const version = await askLine(transport, 'process.version', answerMs)
  if (version.ok) return ok(`Espruino ${version.value}`)
  if (version.error.code !== 'flash/no-answer') return version
  const greeted = await transport.send(
    boardFrame(frameTypes.hello, encodeHostHello({ version: linkVersion, relays: false })),
  )
  if (!greeted.ok) return greeted
  const hello = await hearFrame(transport, [frameTypes.hello], answerMs)
  if (!hello.ok) return hello
  return hello.value === null ? fail('flash/no-hello', version.error.detail) : textOf(hello.value, board.id)
}
