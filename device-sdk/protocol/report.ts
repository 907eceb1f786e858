import type { ExtensionBlock, SenmlBlock } from './blocks/free.ts'
import { lastExtensionBlock, readExtension, readSenml, senmlBlock, writeExtension, writeSenml } from './blocks/free.ts'
import type { HeartbeatBlock } from './blocks/heartbeat.ts'
import { heartbeatBlock, readHeartbeat, writeHeartbeat } from './blocks/heartbeat.ts'
import type { BeaconBlock, WitnessBlock } from './blocks/radio.ts'
import { beaconBlock, readBeacon, readWitness, witnessBlock, writeBeacon, writeWitness } from './blocks/radio.ts'
import type { SensorBlock } from './blocks/sensor.ts'
import { readSensor, writeSensor } from './blocks/sensor.ts'
import type { Boot } from './boot.ts'
import { isBoot } from './boot.ts'
import { encode } from './cbor/encode.ts'
import type { CborValue } from './cbor/value.ts'
import { isInt, isList, isUint, isUint32 } from './cbor/value.ts'
import { blocksMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'
import type { SchemaLookup } from './schemas.ts'

/** Unix seconds of the first row; or, without a clock, milliseconds since boot, with the bound of a rough clock's error. */
export type ReportTime = number | { readonly ms: number; readonly errS?: number }
export type Block = SensorBlock | BeaconBlock | WitnessBlock | HeartbeatBlock | SenmlBlock | ExtensionBlock
export type Report = {
  readonly boot: Boot
  readonly seq: number
  readonly time: ReportTime
  readonly blocks: readonly Block[]
}
export type Pair = { readonly boot: Boot; readonly seq: number }

const writeBlock = (block: Block): CborValue => {
  switch (block.type) {
    case 'sensor':
      return writeSensor(block)
    case 'beacon':
      return writeBeacon(block)
    case 'witness':
      return writeWitness(block)
    case 'heartbeat':
      return writeHeartbeat(block)
    case 'senml':
      return writeSenml(block)
    case 'extension':
      return writeExtension(block)
  }
}

const readBlock = (block: CborValue): Block | null => {
  if (!isList(block)) return null
  const id = block[0]
  if (!isInt(id)) return null
  if (id >= 0) return readSensor(block)
  if (id === beaconBlock) return readBeacon(block)
  if (id === witnessBlock) return readWitness(block)
  if (id === heartbeatBlock) return readHeartbeat(block)
  if (id === senmlBlock) return readSenml(block)
  return id <= lastExtensionBlock ? readExtension(block) : null
}

const writeTime = (time: ReportTime): CborValue =>
  typeof time === 'number' ? time : time.errS === undefined ? [time.ms] : [time.ms, time.errS]

const readTime = (time: CborValue | undefined): ReportTime | null => {
  if (isUint(time)) return time
  if (!isList(time) || time.length > 2) return null
  const [ms, errS] = time
  if (!isUint(ms)) return null
  if (time.length === 1) return { ms }
  return isUint(errS) ? { ms, errS } : null
}

export const encodeReport = (report: Report): Uint8Array =>
  encode([report.boot, report.seq, writeTime(report.time), ...report.blocks.map(writeBlock)])

/** Boot and seq of a decoded payload, as far as they can be read: enough for the replay window and a receipt. */
export const pairOf = (payload: CborValue): Pair | null => {
  if (!isList(payload)) return null
  const [boot, seq] = payload
  return isBoot(boot) && isUint32(seq) ? { boot, seq } : null
}

/** The report in a decoded payload. @returns `report/bad-shape` with the number of the block at fault. */
export const readReport = (payload: CborValue): Result<Report> => {
  const pair = pairOf(payload)
  if (pair === null || !isList(payload)) return fail('report/bad-shape', 'boot and seq cannot be read')
  const time = readTime(payload[2])
  if (time === null) return fail('report/bad-shape', 'the time is neither Unix seconds nor ticks')
  const raw = payload.slice(3)
  if (raw.length < 1 || raw.length > blocksMax) {
    return fail('report/bad-shape', `${raw.length} blocks, must be 1 to ${blocksMax}`)
  }
  const blocks: Block[] = []
  for (const one of raw) {
    const block = readBlock(one)
    if (block === null) return fail('report/bad-shape', `block ${blocks.length}`)
    blocks.push(block)
  }
  return ok({ boot: pair.boot, seq: pair.seq, time, blocks })
}

/** Every sensor block has a known schema and as many columns as that has fields. */
export const checkSchemas = (report: Report, schemaOf: SchemaLookup): Result<Report> => {
  for (const block of report.blocks) {
    if (block.type !== 'sensor') continue
    const schema = schemaOf(block.schema)
    if (schema === undefined) return fail('report/unknown-schema', `schema ${block.schema}`)
    if (schema.fields.length !== block.columns.length) {
      return fail('report/bad-shape', `${block.columns.length} cells, ${schema.name} has ${schema.fields.length}`)
    }
  }
  return ok(report)
}
