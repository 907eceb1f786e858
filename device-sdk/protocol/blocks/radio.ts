import { concatBytes } from '../bytes.ts'
import type { CborValue } from '../cbor/value.ts'
import { isBytes, isInt, isList, isUint, isUint32 } from '../cbor/value.ts'
import { cellOfWire, cellToWire } from '../cell.ts'
import { readColumn, readFullColumn, writeColumn } from '../columns.ts'
import { witnessRowsMax } from '../limits.ts'

export const radios = ['lora', 'fsk', 'wifi24', 'wifi5', 'ble', 'cbrs'] as const
export type RadioKind = (typeof radios)[number]

/** A beacon that this device sent. Frequency in kHz, power in 0.1 dBm, cell in 15 hex digits, tmst in us of the concentrator. */
export type BeaconBlock = {
  readonly type: 'beacon'
  readonly nonce: Uint8Array
  readonly radio: RadioKind
  readonly freqKhz: number
  readonly dr: number
  readonly txDdbm: number
  readonly cell: string
  readonly tmst?: number
}

/** One heard beacon. `beaconId` = SHA-256(bytes on the air)[0..8); `dtMs` counts from the report's time; RSSI and SNR in 0.1 dB. */
export type Witness = {
  readonly beaconId: Uint8Array
  readonly dtMs: number
  readonly rssiDdbm: number
  readonly snrDdb: number | null
  readonly freqKhz: number
  readonly dr: number
  /** In a block of one witness only. */
  readonly tmst?: number
}
export type WitnessBlock = { readonly type: 'witness'; readonly rows: readonly Witness[] }

export const beaconBlock = -1
export const witnessBlock = -2
const idBytes = 8

export const writeBeacon = (block: BeaconBlock): CborValue => {
  const cell = cellToWire(block.cell)
  if (cell === null) throw new Error(`not an H3 cell: ${block.cell}`)
  const fixed = [beaconBlock, block.nonce, radios.indexOf(block.radio), block.freqKhz, block.dr, block.txDdbm, cell]
  return block.tmst === undefined ? fixed : [...fixed, block.tmst]
}

export const readBeacon = (block: readonly CborValue[]): BeaconBlock | null => {
  const [, nonce, radioIndex, freqKhz, dr, txDdbm, wire, tmst] = block
  if (block.length < 7 || block.length > 8) return null
  if (!(nonce instanceof Uint8Array) || nonce.length < 8 || nonce.length > 32) return null
  const radio = isUint(radioIndex) ? radios[radioIndex] : undefined
  if (radio === undefined || !isUint(freqKhz) || !isUint(dr) || !isInt(txDdbm)) return null
  const cell = wire instanceof Uint8Array ? cellOfWire(wire) : null
  if (cell === null) return null
  const fixed = { type: 'beacon', nonce, radio, freqKhz, dr, txDdbm, cell } as const
  if (block.length === 7) return fixed
  return isUint32(tmst) ? { ...fixed, tmst } : null
}

export const writeWitness = (block: WitnessBlock): CborValue => {
  const { rows } = block
  const [only] = rows
  if (only !== undefined && rows.length === 1) {
    const fixed = [witnessBlock, only.beaconId, only.dtMs, only.rssiDdbm, only.snrDdb, only.freqKhz, only.dr]
    return only.tmst === undefined ? fixed : [...fixed, only.tmst]
  }
  return [
    witnessBlock,
    [rows.length, writeColumn(rows.map((row) => row.dtMs))],
    concatBytes(rows.map((row) => row.beaconId)),
    writeColumn(rows.map((row) => row.rssiDdbm)),
    writeColumn(rows.map((row) => row.snrDdb)),
    writeColumn(rows.map((row) => row.freqKhz)),
    writeColumn(rows.map((row) => row.dr)),
  ]
}

const readOne = (block: readonly CborValue[]): WitnessBlock | null => {
  const [, beaconId, dtMs, rssiDdbm, snrDdb, freqKhz, dr, tmst] = block
  if (block.length > 8 || !isBytes(beaconId, idBytes) || !isInt(dtMs) || !isInt(rssiDdbm)) return null
  if (!(snrDdb === null || isInt(snrDdb)) || !isUint(freqKhz) || !isUint(dr)) return null
  const row = { beaconId, dtMs, rssiDdbm, snrDdb, freqKhz, dr }
  if (block.length === 7) return { type: 'witness', rows: [row] }
  return isUint32(tmst) ? { type: 'witness', rows: [{ ...row, tmst }] } : null
}

const readIds = (ids: CborValue | undefined, n: number): Uint8Array[] | null => {
  if (!isBytes(ids, n * idBytes)) return null
  const rows: Uint8Array[] = []
  const seen: Record<string, true> = {}
  for (let i = 0; i < n; i++) {
    const id = ids.subarray(i * idBytes, (i + 1) * idBytes)
    const name = id.join()
    if (seen[name]) return null
    seen[name] = true
    rows.push(id)
  }
  return rows
}

const readMany = (block: readonly CborValue[], rows: readonly CborValue[]): WitnessBlock | null => {
  const n = rows[0]
  if (rows.length !== 2 || block.length !== 7 || !isUint(n) || n < 2 || n > witnessRowsMax) return null
  const ids = readIds(block[2], n)
  const dtMs = readFullColumn(rows[1], n)
  const rssi = readFullColumn(block[3], n)
  const snr = readColumn(block[4], n)
  const freq = readFullColumn(block[5], n)
  const dr = readFullColumn(block[6], n)
  if (ids === null || dtMs === null || rssi === null || snr === null || freq === null || dr === null) return null
  if (!freq.every(isUint) || !dr.every(isUint)) return null
  return {
    type: 'witness',
    rows: ids.map((beaconId, i) => ({
      beaconId,
      dtMs: dtMs[i] as number,
      rssiDdbm: rssi[i] as number,
      snrDdb: snr[i] as number | null,
      freqKhz: freq[i] as number,
      dr: dr[i] as number,
    })),
  }
}

export const readWitness = (block: readonly CborValue[]): WitnessBlock | null => {
  if (block.length < 7) return null
  const second = block[1]
  return isList(second) ? readMany(block, second) : readOne(block)
}
