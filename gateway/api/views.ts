import type { Block, Report, Schema, SchemaLookup } from '../../device-sdk/protocol/index.ts'
import {
  bootOfKey,
  checksumAddress,
  decode,
  didKeyOf,
  fromHex,
  kidOf,
  mtypes,
  qrText,
  readReport,
  toHex,
  valueOfCell,
  wordsOf,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { keccak256, sha256 } from '../../device-sdk/signer/index.ts'
import { hexOf } from '../ownership/index.ts'
import type { Device, HistoryRow, LatestRow, Rotation, StoredEntry } from '../store/index.ts'

/** A device with all its names: words and QR text for people, did:key and address for other systems. */
export const deviceView = (device: Device, net: number, connected: boolean, rotation: Rotation | null) => ({
  kid: device.kid,
  words: wordsOf(kidOf(device.publicKey, sha256)),
  name: device.name,
  status: device.status,
  connected,
  publicKey: toHex(device.publicKey),
  did: didKeyOf(device.publicKey),
  address: checksumAddress(device.address, keccak256),
  qr: qrText(net, device.publicKey, sha256),
  owner: device.owner === null ? null : hexOf(device.owner),
  enrolledMs: device.enrolledMs,
  pendingUntilMs: device.pendingUntilMs,
  rotation: rotation === null ? null : { newKid: rotation.newKid, dueMs: rotation.dueMs },
  rotatedTo: device.rotatedTo,
  place:
    device.place === null
      ? null
      : {
          cell: device.place.cell,
          lat: device.place.latE7 / 1e7,
          lng: device.place.lngE7 / 1e7,
          gainDbi: device.place.gainDdbi / 10,
          altitudeM: device.place.altitudeDm === null ? null : device.place.altitudeDm / 10,
        },
})

/** One change of a device, with what a stranger needs to recover who signed it. */
export const historyView = ({ kid, digest, signatures, ...row }: HistoryRow) => ({
  ...row,
  ...(digest === null ? {} : { digest: hexOf(digest), signatures }),
})

/** Values with the names and units of their schema. */
const namedValues = (schema: Schema | undefined, cells: readonly (number | null)[]) =>
  cells.map((cell, i) => {
    const field = schema?.fields[i]
    return field === undefined ? { value: cell } : { name: field[0], unit: field[1], value: valueOfCell(cell, field) }
  })

const blockView = (block: Block, schemaOf: SchemaLookup): unknown => {
  switch (block.type) {
    case 'sensor': {
      const schema = schemaOf(block.schema)
      const rows = block.stepsS.length + 1
      const last = block.columns.map((column) => column[rows - 1] ?? null)
      return { type: 'sensor', schema: schema?.name ?? block.schema, rows, last: namedValues(schema, last) }
    }
    case 'beacon':
      return { ...block, nonce: toHex(block.nonce) }
    case 'witness':
      return { type: 'witness', rows: block.rows.map((row) => ({ ...row, beaconId: toHex(row.beaconId) })) }
    case 'heartbeat':
      return {
        type: 'heartbeat',
        uptimeS: block.uptimeS ?? null,
        dropped: block.dropped ?? null,
        firmware: block.firmware ?? null,
      }
    case 'senml':
      return { type: 'senml', records: block.records.length }
    case 'extension':
      return { type: 'extension', id: block.id }
  }
}

export const reportView = (report: Report, schemaOf: SchemaLookup) => ({
  time: report.time,
  blocks: report.blocks.map((block) => blockView(block, schemaOf)),
})

export const storedReport = (entry: StoredEntry): Report | null => {
  const decoded = decode(entry.payload)
  const report = decoded.ok ? readReport(decoded.value) : null
  return report?.ok ? report.value : null
}

export const entryView = (entry: StoredEntry, schemaOf: SchemaLookup) => {
  const report = storedReport(entry)
  return {
    logIndex: entry.logIndex,
    kid: entry.kid,
    boot: entry.boot.length === 8 ? bootOfKey(entry.boot) : entry.boot,
    seq: entry.seq,
    receivedMs: entry.receivedMs,
    code: entry.code,
    equivocated: entry.equivocated,
    digest: toHex(entry.digest),
    report: report === null ? null : reportView(report, schemaOf),
  }
}

/** One stored report with everything that a stranger needs to verify it: the message as signed, the key, and a signed receipt. */
export const proofView = (
  entry: StoredEntry,
  device: Device,
  gateway: { readonly net: number; readonly kid: string; readonly publicKey: Uint8Array },
  receipt: Uint8Array,
  schemaOf: SchemaLookup,
) => ({
  ...entryView(entry, schemaOf),
  net: gateway.net,
  mtype: mtypes.report,
  publicKey: toHex(device.publicKey),
  message: toHex(writeTagged({ kid: fromHex(entry.kid), payload: entry.payload, signature: entry.signature })),
  receipt: {
    mtype: mtypes.receipt,
    gateway: gateway.kid,
    publicKey: toHex(gateway.publicKey),
    message: toHex(receipt),
  },
})

export const latestView = (row: LatestRow, schemaOf: SchemaLookup) => {
  const schema = schemaOf(row.schema)
  return {
    kid: row.kid,
    schema: schema?.name ?? row.schema,
    logIndex: row.logIndex,
    receivedMs: row.receivedMs,
    timeS: row.timeS,
    values: namedValues(schema, row.cells),
  }
}
