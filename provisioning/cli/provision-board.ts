import { join } from 'node:path'
import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { openBoard } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { readFacts } from '../gateway-facts.ts'
import type { ProvisionedBoard } from '../provision-board.ts'
import { provisionBoard } from '../provision-board.ts'
import type { OwnerOptions } from './owner-key.ts'
import { findOwner, saveTypedData } from './owner-key.ts'
import { placeOf } from './provision.ts'
import { provisionedLines } from './provisioned-lines.ts'
import type { WifiOptions } from './wifi.ts'
import { networkOf, warnOfLoopback } from './wifi.ts'

/** The serial port of the board that is plugged in, where it is one. */
export type FindPort = () => Promise<Result<string>>
type Options = GatewayOptions &
  WifiOptions &
  OwnerOptions & {
    readonly port?: string
    readonly name?: string
    readonly place?: string
    readonly gain: string
  }

/** Where a claim of a board waits for its owner's signature. */
const waitingFolder = (kid: string): string => join('.hexfix', 'boards', kid)

const run = async (options: Options, findPort: FindPort, console: Console): Promise<Result<ProvisionedBoard>> => {
  const place = placeOf(options)
  if (!place.ok) return place
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const facts = await readFacts(client.value)
  if (!facts.ok) return facts
  const network = await networkOf(options)
  if (!network.ok) return network
  const owner = await findOwner(options)
  if (!owner.ok) return owner
  if (network.value !== null) warnOfLoopback(facts.value, console)
  const port = options.port === undefined ? await findPort() : { ok: true as const, value: options.port }
  if (!port.ok) return port
  const stop = new AbortController()
  void interrupted().then(() => stop.abort())
  const board = await openBoard(port.value, stop.signal)
  if (!board.ok) return board
  const { app, board: name, firmware, open } = board.value.hello()
  console.say(`${app}, firmware ${firmware}, on ${name} at ${port.value}`)
  if (open) console.warn({ code: 'board/open', detail: port.value })
  const { name: given } = options
  try {
    const done = await provisionBoard(client.value, facts.value, board.value, {
      dirOf: waitingFolder,
      ...(given === undefined ? {} : { name: given }),
      ...(place.value === null ? {} : { place: place.value }),
      ...(network.value === null ? {} : { wifi: network.value }),
      ...(owner.value === null ? {} : { claimant: { owner: owner.value.address, signatures: owner.value.signatures } }),
    })
    if (done.ok && done.value.waiting) saveTypedData(options, done.value.typedData)
    return done
  } finally {
    await board.value.close()
  }
}

/** Makes a device of the board on a line: the same steps as for a folder, with the key on the board. */
export const provisionByWire = async (options: Options, findPort: FindPort, console: Console): Promise<void> => {
  const done = await run(options, findPort, console)
  console.finish(done, (made) => {
    const { port, wifi } = made.board
    const relay = [`hexfix devices relay ${made.kid} --over RELAY-KID`, `hexfix device relay --port ${port}`]
    const where = {
      place: `on ${made.board.board} at ${port}`,
      claim: `hexfix provision --port ${port}`,
      next: wifi ? [`hexfix monitor --kid ${made.kid}`] : relay,
    }
    return provisionedLines(made, where, options)
  })
  // The handlers of signals would keep the process.
  process.exit()
}
