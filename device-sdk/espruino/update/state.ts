import type { UpdateNews } from '../../protocol/index.ts'
import { updateStatuses } from '../../protocol/update-status.ts'
import { slot } from '../loop/slot.ts'

/** Which of the two places of firmware runs, and how far the other one is. */
export type FirmwareState = {
  /** 0 or 1. */
  readonly current: number
  /** The other place, while its firmware has not proved itself; -1 where nothing is on trial. */
  readonly trying: number
  /** Starts of what is on trial. */
  readonly boots: number
  readonly n: number
  readonly firmware: number
  /** Firmware that was tried and went back, newest last. */
  readonly failed: readonly number[]
  /** What the gateway is still to be told. */
  readonly news: UpdateNews | null
}

const failedKept = 8
const record = slot('hexfix.fw')

const settled: FirmwareState = { current: 0, trying: -1, boots: 0, n: -1, firmware: -1, failed: [], news: null }

/** What was never written is the state of a board as it was flashed. */
export const readFirmwareState = (): FirmwareState => {
  const text = record.read()
  return text === null ? settled : (JSON.parse(text) as FirmwareState)
}

/** False where the flash did not take it: then the old state holds. */
export const writeFirmwareState = (state: FirmwareState): boolean => record.write(JSON.stringify(state))

export const firmwareFile = (place: number): string => `hexfix.app${place}`

const change = (state: FirmwareState, to: Partial<FirmwareState>): FirmwareState => Object.assign({}, state, to)

export const tried = (state: FirmwareState, n: number, firmware: number): FirmwareState =>
  change(state, { trying: 1 - state.current, boots: 0, n, firmware, news: null })

export const counted = (state: FirmwareState): FirmwareState => change(state, { boots: state.boots + 1 })

const newsOf = (state: FirmwareState, status: number, code: string): UpdateNews => ({
  n: state.n,
  status,
  firmware: state.firmware,
  code,
})

export const proved = (state: FirmwareState): FirmwareState =>
  change(state, { current: state.trying, trying: -1, boots: 0, news: newsOf(state, updateStatuses.running, '') })

export const gaveUp = (state: FirmwareState, code: string): FirmwareState =>
  change(state, {
    trying: -1,
    boots: 0,
    failed: state.failed
      .filter((one) => one !== state.firmware)
      .concat([state.firmware])
      .slice(-failedKept),
    news: newsOf(state, updateStatuses.rolledBack, code),
  })

export const told = (state: FirmwareState): FirmwareState => change(state, { news: null })
