import { join } from 'node:path'
import type { Region, Result } from '../protocol/index.ts'
import { fail } from '../protocol/index.ts'
import { openLedger } from './airtime/ledger.ts'
import type { EtherOptions } from './ether/ether.ts'
import { etherRadio } from './ether/ether.ts'
import type { Radio } from './radio.ts'
import { semtechRadio } from './semtech/semtech-radio.ts'

export type OpenRadioOptions = {
  /** The device's folder, where the airtime ledger is kept. */
  readonly dir: string
  readonly region: Region
  /** Loss between radio and antenna, in 0.1 dB. */
  readonly lossDdb: number
  /** What the simulated air must know besides: where the radio truly stands, and its antenna. Null where nobody said it. */
  readonly ether: Omit<EtherOptions, 'air'> | null
}

type Address = { readonly host: string; readonly port: number }

/** HOST:PORT, [::1]:PORT. */
const addressOf = (text: string): Address | null => {
  const [, six, other, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:/?#\s]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = six ?? other
  return host !== undefined && Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : null
}

const unknownKind = (spec: string): Result<never> =>
  fail('radio/unknown-kind', `"${spec}"; known: air:udp://127.0.0.1:PORT, semtech:HOST:PORT[>SERVER:PORT]`)

const openSemtech = async (spec: string, addresses: string, options: OpenRadioOptions): Promise<Result<Radio>> => {
  const [own = '', theirs, ...more] = addresses.split('>')
  const listen = addressOf(own)
  const server = theirs === undefined ? undefined : addressOf(theirs)
  if (listen === null || server === null || more.length > 0) return unknownKind(spec)
  const { region, lossDdb, dir } = options
  const ledger = openLedger(join(dir, 'airtime'), region, Date.now())
  if (!ledger.ok) return ledger
  const opened = await semtechRadio({
    listen,
    region,
    lossDdb,
    ledger: ledger.value,
    ...(server === undefined ? {} : { server }),
  })
  if (!opened.ok) ledger.value.close()
  return opened
}

/**
 * The radio that a command line names: `air:udp://127.0.0.1:PORT` is one in the simulated air, `semtech:127.0.0.1:1700` one
 * behind a packet forwarder that sends there, and `>SERVER:PORT` after it the LoRaWAN server that goes on being served.
 * Errors: radio/unknown-kind, place/not-a-cell, and those of `etherRadio`, `semtechRadio` and `openLedger`.
 */
export const openRadio = async (spec: string, options: OpenRadioOptions): Promise<Result<Radio>> => {
  const air = /^air:(.+)$/s.exec(spec)?.[1]
  if (air !== undefined) {
    if (options.ether === null) return fail('place/not-a-cell', 'the simulated air needs --true-place')
    return etherRadio({ ...options.ether, air })
  }
  const semtech = /^semtech:(.+)$/s.exec(spec)?.[1]
  return semtech === undefined ? unknownKind(spec) : openSemtech(spec, semtech, options)
}
