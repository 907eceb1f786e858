import type { Boot } from '../boot.ts'
import { isBoot } from '../boot.ts'
import type { CborKey, CborValue } from '../cbor/value.ts'
import { isInt, isList, isMap, isUint, isUint32 } from '../cbor/value.ts'
import { cellOfWire, cellToWire } from '../cell.ts'

/** A place as the device says it: 1e-7 degrees, 0.1 m. */
export type GnssPlace = readonly [latE7: number, lngE7: number, altDm?: number, accDm?: number]

export type HeartbeatBlock = {
  readonly type: 'heartbeat'
  readonly uptimeS?: number
  readonly supplyMv?: number
  /** Sequence of the firmware that runs. */
  readonly firmware?: number
  readonly cell?: string
  readonly boardDcel?: number
  readonly freeBytes?: number
  readonly resetCause?: number
  readonly energyWh?: number
  /** Reports dropped since boot. */
  readonly dropped?: number
  readonly place?: GnssPlace
  /** The end of the previous boot: shows gaps at its tail. */
  readonly previousBoot?: readonly [boot: Boot, lastSeq: number]
  /** Keys from 11 on: stored and shown. */
  readonly more?: readonly (readonly [number, CborValue])[]
}

export const heartbeatBlock = -3
const uintKeys = {
  0: 'uptimeS',
  1: 'supplyMv',
  2: 'firmware',
  5: 'freeBytes',
  6: 'resetCause',
  7: 'energyWh',
  8: 'dropped',
} as const
const firstFreeKey = 11
/** Keys that are free, and what devices of this project say under them: the id of their board, a text; false where they take no updates. */
export const boardKey = 11
export const updatesKey = 12

export const writeHeartbeat = (block: HeartbeatBlock): CborValue => {
  const entries: [CborKey, CborValue][] = []
  for (const key of Object.keys(uintKeys)) {
    const value = block[uintKeys[Number(key) as keyof typeof uintKeys]]
    if (value !== undefined) entries.push([Number(key), value])
  }
  if (block.cell !== undefined) {
    const cell = cellToWire(block.cell)
    if (cell === null) throw new Error(`not an H3 cell: ${block.cell}`)
    entries.push([3, cell])
  }
  if (block.boardDcel !== undefined) entries.push([4, block.boardDcel])
  if (block.place !== undefined) entries.push([9, block.place as CborValue])
  if (block.previousBoot !== undefined) entries.push([10, block.previousBoot])
  for (const pair of block.more ?? []) entries.push([pair[0], pair[1]])
  return [heartbeatBlock, { entries }]
}

const isPlace = (value: CborValue): value is readonly [number, number] =>
  isList(value) &&
  value.length >= 2 &&
  value.length <= 4 &&
  value.every(isInt) &&
  (value.length < 4 || isUint(value[3]))

const isPreviousBoot = (value: CborValue): value is readonly [Boot, number] =>
  isList(value) && value.length === 2 && isBoot(value[0]) && isUint32(value[1])

const readField = (key: CborKey, value: CborValue): Partial<HeartbeatBlock> | null => {
  // A text key would find `0` as "0", and what every object inherits.
  if (!isInt(key)) return null
  if (key === 3) {
    const cell = value instanceof Uint8Array ? cellOfWire(value) : null
    return cell === null ? null : { cell }
  }
  if (key === 4) return isInt(value) ? { boardDcel: value } : null
  if (key === 9) return isPlace(value) ? { place: value } : null
  if (key === 10) return isPreviousBoot(value) ? { previousBoot: value } : null
  const name = uintKeys[key as keyof typeof uintKeys]
  return name !== undefined && isUint(value) ? { [name]: value } : null
}

export const readHeartbeat = (block: readonly CborValue[]): HeartbeatBlock | null => {
  const map = block[1]
  if (block.length !== 2 || !isMap(map)) return null
  let heartbeat: HeartbeatBlock = { type: 'heartbeat' }
  const more: [number, CborValue][] = []
  for (const pair of map.entries) {
    const key = pair[0]
    const value = pair[1]
    if (isInt(key) && key >= firstFreeKey) {
      more.push([key, value])
      continue
    }
    const field = readField(key, value)
    if (field === null) return null
    heartbeat = { ...heartbeat, ...field }
  }
  return more.length === 0 ? heartbeat : { ...heartbeat, more }
}
