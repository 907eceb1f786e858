import { join } from 'node:path'
import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { openBoard } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { GatewayClient, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { readFacts } from '../gateway-facts.ts'
import { provisionLocal } from '../provision.ts'
import type { ProvisionedBoard } from '../provision-board.ts'
import { provisionBoard } from '../provision-board.ts'
import type { Owner, OwnerOptions } from './owner-key.ts'
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
    /** The folder of a device of this computer, which then may carry for the board. */
    readonly relayDir?: string
    readonly name?: string
    readonly place?: string
    readonly gain: string
  }

/** @param relay - the kid of this computer, where it may carry for the board. */
type Made = ProvisionedBoard & { readonly relay?: string }

/** Where a claim of a board waits for its owner's signature. */
const waitingFolder = (kid: string): string => join('.hexfix', 'boards', kid)

/** Makes a device of this computer, and lets it carry for a board. @returns its kid. */
const approveRelay = async (
  client: GatewayClient,
  board: string,
  { dir, name }: { readonly dir: string; readonly name?: string },
  owner: Owner | null,
): Promise<Result<string>> => {
  const made = await provisionLocal(client, {
    dir,
    softwareVersion: manifest.version,
    ...(name === undefined ? {} : { name: `${name} relay` }),
    ...(owner === null ? {} : { claimant: { owner: owner.address, signatures: owner.signatures } }),
  })
  if (!made.ok) return made
  const { kid } = made.value
  const approved = await client.send('PUT', `/v1/devices/${board}/relays/${kid}`)
  return approved.ok ? ok(kid) : approved
}

const run = async (options: Options, findPort: FindPort, console: Console): Promise<Result<Made>> => {
  const place = placeOf(options)
  if (!place.ok) return place
  // Why first: nobody types a passphrase for a board that is not there.
  const port = options.port === undefined ? await findPort() : { ok: true as const, value: options.port }
  if (!port.ok) return port
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const facts = await readFacts(client.value)
  if (!facts.ok) return facts
  const network = await networkOf(options)
  if (!network.ok) return network
  const owner = await findOwner(options)
  if (!owner.ok) return owner
  if (network.value !== null) warnOfLoopback(facts.value, console)
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
    // With a network of its own it needs nobody to carry for it.
    if (!done.ok || done.value.waiting || done.value.board.wifi || options.relayDir === undefined) return done
    const relay = await approveRelay(client.value, done.value.kid, { ...options, dir: options.relayDir }, owner.value)
    return relay.ok ? ok({ ...done.value, relay: relay.value }) : relay
  } finally {
    await board.value.close()
  }
}

/** Makes a device of the board on a line: the same steps as for a folder, with the key on the board. */
export const provisionByWire = async (options: Options, findPort: FindPort, console: Console): Promise<void> => {
  const done = await run(options, findPort, console)
  console.finish(done, (made) => {
    const { port, wifi } = made.board
    const { relay } = made
    const carry = `hexfix device relay${relay === undefined ? '' : ` --dir ${options.relayDir}`} --port ${port}`
    const byRelay = relay === undefined ? [`hexfix devices relay ${made.kid} --over RELAY-KID`, carry] : [carry]
    const where = {
      place: `on ${made.board.board} at ${port}`,
      claim: `hexfix provision --port ${port}`,
      next: wifi ? [`hexfix monitor --kid ${made.kid}`] : byRelay,
    }
    const lines = provisionedLines(made, where, options)
    return relay === undefined ? lines : [`this computer, ${relay}, may carry for it`, ...lines]
  })
  // The handlers of signals would keep the process.
  process.exit()
}
