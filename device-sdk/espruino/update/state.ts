import type { UpdateNews } from '../../protocol/index.ts'
import { updateStatuses } from '../../protocol/update-status.ts'
import { slot } from '../loop/slot.ts'
import { firmwareRecord } from './names.ts'

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
const record = slot(firmwareRecord)

const settled: FirmwareState = { current: 0, trying: -1, boots: 0, n: -1, firmware: -1, failed: [], news: null }

/** Why a list: builds shorten names, each its own way, and this is read by others than wrote it. */
type Row = readonly [
  current: number,
  trying: number,
  boots: number,
  n: number,
  firmware: number,
  failed: readonly number[],
  news: readonly [n: number, status: number, firmware: number, code: string] | null,
]

const stateOf = (row: Row): FirmwareState => {
  const news = row[6]
  return {
    current: row[0],
    trying: row[1],
    boots: row[2],
    n: row[3],
    firmware: row[4],
    failed: row[5],
    news: news === null ? null : { n: news[0], status: news[1], firmware: news[2], code: news[3] },
  }
}
const rowOf = (state: FirmwareState): Row => {
  const news = state.news
  const told = news === null ? null : ([news.n, news.status, news.firmware, news.code] as const)
  return [state.current, state.trying, state.boots, state.n, state.firmware, state.failed, told]
}

/** What was never written is the state of a board as it was flashed. */
export const readFirmwareState = (): FirmwareState => {
  const text = record.read()
  return text === null ? settled : stateOf(JSON.parse(text) as Row)
}

/** False where the flash did not take it: then the old state holds. */
export const writeFirmwareState = (state: FirmwareState): boolean => record.write(JSON.stringify(rowOf(state)))

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
