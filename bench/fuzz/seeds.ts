import { readFileSync } from 'node:fs'
import type { Block, HeartbeatBlock } from '../../device-sdk/protocol/index.ts'
import {
  encodeConnect,
  encodeEnrol,
  encodeReceipt,
  encodeReport,
  fromHex,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'

const bytesOf = (hex: unknown): Uint8Array[] => {
  const bytes = typeof hex === 'string' ? fromHex(hex) : null
  return bytes === null ? [] : [bytes]
}

const published = (): Uint8Array[] =>
  ['wire_examples', 'wire_bodies', 'wire_refused'].flatMap((name) => {
    const file = JSON.parse(readFileSync(new URL(`../../test/vectors/${name}.json`, import.meta.url), 'utf8'))
    return (file.messages as Record<string, unknown>[]).flatMap(({ payload, cose, compact }) =>
      [payload, cose, compact].flatMap(bytesOf),
    )
  })

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)

const heartbeat: HeartbeatBlock = {
  type: 'heartbeat',
  uptimeS: 86_400,
  supplyMv: 3300,
  firmware: 13,
  cell: '8a1fb46622dffff',
  boardDcel: -55,
  freeBytes: 65_536,
  resetCause: 1,
  energyWh: 4_294_967_296,
  dropped: 0,
  place: [476_000_000, -1_223_000_000, 500, 25],
  previousBoot: [filled(8, 9), 4_294_967_295],
  more: [
    [11, [1.5, { float: 20 }, 1e300, null, true]],
    [
      300,
      {
        entries: [
          [0, 'a'],
          [-1, filled(3, 1)],
          ['key', '\u{1f600}'],
        ],
      },
    ],
  ],
}
const witness = { dtMs: -250, rssiDdbm: -1021, snrDdb: 55, freqKhz: 868_100, dr: 5 }
const beacon = { type: 'beacon', nonce: filled(16, 7), radio: 'lora', freqKhz: 868_300, dr: 3, txDdbm: 140 } as const

const blocks: readonly Block[] = [
  heartbeat,
  { ...beacon, cell: '8a1fb46622dffff', tmst: 4_294_967_295 },
  { ...beacon, cell: '8009fffffffffff' },
  { type: 'witness', rows: [{ ...witness, beaconId: filled(8, 1), tmst: 7 }] },
  {
    type: 'witness',
    rows: [1, 2, 3].map((id) => ({ ...witness, beaconId: filled(8, id), dtMs: 10 * id, snrDdb: id === 2 ? null : id })),
  },
  {
    type: 'sensor',
    schema: 1,
    stepsS: [60, 50, 60],
    columns: [
      [null, 5, null, 6],
      [7, 7, 7, 7],
      [null, null, null, null],
    ],
  },
  {
    type: 'senml',
    records: [
      {
        entries: [
          [-2, 'urn:dev:ow:1:'],
          [0, 'a'],
          [1, 'V'],
          [2, 120.1],
        ],
      },
      { entries: [[2, 98]] },
    ],
  },
  { type: 'extension', id: -16, values: ['x', -9_007_199_254_740_991, [[[[0.1]]]]] },
]

const bodies = (): Uint8Array[] => [
  ...blocks.map((block) => encodeReport({ boot: 7, seq: 1, time: 1_790_000_000, blocks: [block] })),
  encodeReport({ boot: filled(8, 3), seq: 4_294_967_295, time: { ms: 5, errS: 60 }, blocks }),
  encodeReport({ boot: 0, seq: 0, time: { ms: 0 }, blocks: new Array<Block>(20).fill({ type: 'heartbeat' }) }),
  encodeConnect({ gateway: filled(8, 1), boot: 7, n: 3 }),
  encodeReceipt([
    { boot: 7, seq: 1, digest: filled(8, 2), verdict: 0, logIndex: 1048 },
    { boot: filled(8, 3), seq: 2, digest: filled(8, 4), verdict: 15, logIndex: null },
  ]),
  encodeEnrol({
    nonce: filled(32, 1),
    publicKey: filled(33, 2),
    ueid: filled(33, 1),
    hardwareModel: filled(4, 5),
    softwareName: 'hexfix',
    softwareVersion: ['0.1.0', 16_384],
    bootCount: 7,
    deviceClaim: filled(65, 6),
  }),
]

/** What mutations start from: the published messages and bodies, and bodies in which every optional part is there, signed by nobody. */
export const fuzzSeeds = (): Uint8Array[] => {
  const made = bodies()
  const tagged = made.map((payload) => writeTagged({ kid: filled(8, 1), payload, signature: filled(64, 0x55) }))
  return [...published(), ...made, ...tagged]
}
