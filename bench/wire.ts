/** Bytes on the wire and codec rates for the same data in the same run: ours beside JSON, CBOR maps, JWT, cbor-x and cborg. */
import { decode as decodeCborX, encode as encodeCborX } from 'cbor-x'
import * as cborg from 'cborg'
import { CompactSign, generateKeyPair } from 'jose'
import type { CborValue, Report } from '../device-sdk/protocol/index.ts'
import {
  decode,
  encode,
  encodeReport,
  isList,
  isMap,
  kidOf,
  mtypes,
  readReport,
  signPayload,
  writeCompact,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../device-sdk/signer/index.ts'

const startS = 1_790_000_000
const testSigner = nobleSigner(new Uint8Array(32).fill(0x1f))
const kid = kidOf(testSigner.publicKey, sha256)

/** A day that warms up and calms down: small steps, as real weather has. */
const weatherRows = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    t: startS + 60 * i,
    temperature: (2240 + Math.round(40 * Math.sin(i / 9))) / 100,
    humidity: (551 - (i % 3)) / 10,
    pressure: 101_325 + (i >> 4),
  }))
type Row = ReturnType<typeof weatherRows>[number]

const weatherReport = (rows: readonly Row[]): Report => ({
  boot: 7,
  seq: 4241,
  time: startS,
  blocks: [
    {
      type: 'sensor',
      schema: 1,
      stepsS: rows.slice(1).map(() => 60),
      columns: [
        rows.map((row) => Math.round(row.temperature * 100)),
        rows.map((row) => Math.round(row.humidity * 10)),
        rows.map((row) => row.pressure - 100_000),
      ],
    },
  ],
})

const witnessRows = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    beacon: sha256(new Uint8Array([i])).slice(0, 8),
    dtMs: 820 + 200 * i,
    rssi: -1043 + 3 * i,
    snr: 55 - i,
  }))
type Heard = ReturnType<typeof witnessRows>[number]

const witnessReport = (rows: readonly Heard[]): Report => ({
  boot: 7,
  seq: 4242,
  time: startS,
  blocks: [
    {
      type: 'witness',
      rows: rows.map(({ beacon, dtMs, rssi, snr }) => ({
        beaconId: beacon,
        dtMs,
        rssiDdbm: rssi,
        snrDdb: snr,
        freqKhz: 868_100,
        dr: 5,
      })),
    },
  ],
})

const signedBytes = (report: Report): { compact: number; tagged: number } => {
  const signed = signPayload(encodeReport(report), { mtype: mtypes.report, net: 1, kid }, sha256, testSigner.sign)
  return { compact: writeCompact(signed).length, tagged: writeTagged(signed).length }
}

const { privateKey } = await generateKeyPair('ES256')
const jwtBytes = async (rows: readonly object[]): Promise<number> => {
  const body = { iss: Buffer.from(kid).toString('hex'), boot: 7, seq: 4241, rows }
  const token = await new CompactSign(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey)
  return token.length
}

const sizes = async (name: string, n: number, report: Report, rows: readonly object[]): Promise<void> => {
  const { compact, tagged } = signedBytes(report)
  const [jwt, json, maps] = [await jwtBytes(rows), JSON.stringify(rows).length, encodeCborX(rows).length]
  const columns = [compact, tagged, jwt, json, maps].map((bytes) => `${bytes} (${(bytes / n).toFixed(1)})`.padStart(15))
  process.stdout.write(`${`${n} ${name}`.padEnd(14)}${columns.join('')}   ${(jwt / compact).toFixed(1)}x\n`)
}

process.stdout.write(
  'bytes, and bytes a row; signed: compact, tagged, JWT; unsigned: JSON, CBOR maps by cbor-x; JWT over compact\n',
)
process.stdout.write(
  `${''.padEnd(14)}${['compact', 'tagged', 'JWT', 'JSON', 'CBOR maps'].map((head) => head.padStart(15)).join('')}\n`,
)
for (const n of [1, 10, 60]) await sizes('readings', n, weatherReport(weatherRows(n)), weatherRows(n))
for (const n of [1, 10, 60]) {
  const rows = witnessRows(n).map(({ beacon, ...row }) => ({
    ...row,
    beacon: Buffer.from(beacon).toString('hex'),
    freq: 868_100,
    dr: 5,
  }))
  await sizes('witnesses', n, witnessReport(witnessRows(n)), rows)
}

/** The same value for the other libraries: plain arrays, and maps as objects. */
const plain = (value: CborValue): unknown => {
  if (isMap(value)) return Object.fromEntries(value.entries.map(([key, inner]) => [key, plain(inner)]))
  return isList(value) ? value.map(plain) : value
}

const rate = (work: () => unknown): number => {
  const round = (): number => {
    const from = performance.now()
    let count = 0
    while (performance.now() - from < 300) for (let i = 0; i < 200; i++, count++) work()
    return (1000 * count) / (performance.now() - from)
  }
  round()
  return Math.max(round(), round(), round())
}

const payload = encodeReport(weatherReport(weatherRows(60)))
const decoded = decode(payload)
if (!decoded.ok) throw new Error('the payload of this bench is no CBOR')
const value = decoded.value
const other = plain(value)
const baseline = { encode: rate(() => encodeCborX(other)), decode: rate(() => decodeCborX(payload)) }
const lines: [string, number, number][] = [
  ['encode cbor-x', baseline.encode, baseline.encode],
  ['encode cborg', rate(() => cborg.encode(other)), baseline.encode],
  ['encode ours', rate(() => encode(value)), baseline.encode],
  ['decode cbor-x', baseline.decode, baseline.decode],
  ['decode cborg, strict', rate(() => cborg.decode(payload, { strict: true })), baseline.decode],
  ['scan and decode, ours', rate(() => decode(payload)), baseline.decode],
  [
    'scan, decode, report, ours',
    rate(() => decoded.ok && readReport(decoded.value) && decode(payload)),
    baseline.decode,
  ],
]
process.stdout.write(
  `\nrates on a report of sixty readings, ${payload.length} bytes; ratio against cbor-x in this run\n`,
)
for (const [name, perS, against] of lines) {
  process.stdout.write(
    `${name.padEnd(28)}${`${(perS / 1000).toFixed(0)}k/s`.padStart(9)}  ${(perS / against).toFixed(2)}x\n`,
  )
}
