import fc from 'fast-check'
import { latLngToCell } from 'h3-js'
import { radios } from '../../../../device-sdk/protocol/blocks/radio.ts'
import type { Block, Boot, CborMap, CborValue, Report, Witness } from '../../../../device-sdk/protocol/index.ts'
import { anyInt, anyIntMap, anyUint, anyUint32, anyValue, bytesFrom, inWireOrder } from '../cbor/arbitrary.ts'

const plain = { noNullPrototype: true } as const

export const anyBoot: fc.Arbitrary<Boot> = fc.oneof(anyUint32, bytesFrom(8))

const anyCell = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.nat({ max: 15 }),
  )
  .map(([lat, lng, resolution]) => latLngToCell(lat, lng, resolution))

/** Differences of two stay within 53 bits. */
const halfInt = anyInt.map((value) => Math.trunc(value / 2) + 0)
const value = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) }, { weight: 1, arbitrary: halfInt })
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 5 })

const sensor: fc.Arbitrary<Block> = fc.tuple(anyUint, fc.integer({ min: 1, max: 12 })).chain(([schema, rows]) =>
  fc.record(
    {
      type: fc.constant('sensor' as const),
      schema: fc.constant(schema),
      stepsS: fc.array(fc.oneof(fc.constant(60), fc.nat()), { minLength: rows - 1, maxLength: rows - 1 }),
      columns: fc.array(fc.array(orNull(value), { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 32 }),
    },
    plain,
  ),
)

const beacon: fc.Arbitrary<Block> = fc.record(
  {
    type: fc.constant('beacon' as const),
    nonce: bytesFrom(8, 32),
    radio: fc.constantFrom(...radios),
    freqKhz: anyUint,
    dr: anyUint,
    txDdbm: anyInt,
    cell: anyCell,
    tmst: anyUint32,
  },
  { requiredKeys: ['type', 'nonce', 'radio', 'freqKhz', 'dr', 'txDdbm', 'cell'], noNullPrototype: true },
)

const witnessFields = {
  dtMs: value,
  rssiDdbm: value,
  snrDdb: orNull(value),
  freqKhz: value.map(Math.abs),
  dr: fc.nat({ max: 7 }),
}
const oneWitness: fc.Arbitrary<Witness> = fc.record(
  { ...witnessFields, beaconId: bytesFrom(8), tmst: anyUint32 },
  { requiredKeys: ['beaconId', 'dtMs', 'rssiDdbm', 'snrDdb', 'freqKhz', 'dr'], noNullPrototype: true },
)
const manyWitnesses: fc.Arbitrary<Witness[]> = fc.uniqueArray(
  fc.record({ ...witnessFields, beaconId: bytesFrom(8) }, plain),
  {
    minLength: 2,
    maxLength: 12,
    selector: ({ beaconId }) => beaconId.join(),
  },
)
const witness: fc.Arbitrary<Block> = fc
  .oneof(
    oneWitness.map((row) => [row]),
    manyWitnesses,
  )
  .map((rows) => ({ type: 'witness', rows }))

const ordered = (map: CborMap): CborMap => inWireOrder(map) as CborMap
const more = fc
  .uniqueArray(
    fc.tuple(
      fc.oneof(fc.integer({ min: 11, max: 300 }), fc.constantFrom(2 ** 32, Number.MAX_SAFE_INTEGER)),
      anyValue(5),
    ),
    {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    },
  )
  .map((entries) => ordered({ entries }).entries as readonly (readonly [number, CborValue])[])

const heartbeat: fc.Arbitrary<Block> = fc.record(
  {
    type: fc.constant('heartbeat' as const),
    uptimeS: anyUint,
    supplyMv: anyUint,
    firmware: anyUint,
    cell: anyCell,
    boardDcel: anyInt,
    freeBytes: anyUint,
    resetCause: anyUint,
    energyWh: anyUint,
    dropped: anyUint,
    place: fc.oneof(
      fc.tuple(anyInt, anyInt),
      fc.tuple(anyInt, anyInt, anyInt),
      fc.tuple(anyInt, anyInt, anyInt, anyUint),
    ),
    previousBoot: fc.tuple(anyBoot, anyUint32),
    more,
  },
  { requiredKeys: ['type'], noNullPrototype: true },
)

const senml: fc.Arbitrary<Block> = fc
  .array(anyIntMap(4), { minLength: 1, maxLength: 8 })
  .map((records) => ({ type: 'senml', records: records.map(ordered) }))

const extension: fc.Arbitrary<Block> = fc.record(
  {
    type: fc.constant('extension' as const),
    id: fc.oneof(fc.constant(-16), fc.integer({ min: -300, max: -16 })),
    values: fc.array(anyValue(6).map(inWireOrder), { maxLength: 4 }),
  },
  plain,
)

const time = fc.oneof(
  anyUint,
  fc.record({ ms: anyUint, errS: anyUint }, { requiredKeys: ['ms'], noNullPrototype: true }),
)

export const anyBlock: fc.Arbitrary<Block> = fc.oneof(sensor, beacon, witness, heartbeat, senml, extension)

export const anyReport: fc.Arbitrary<Report> = fc.record(
  {
    boot: anyBoot,
    seq: anyUint32,
    time,
    blocks: fc.array(anyBlock, { minLength: 1, maxLength: 4 }),
  },
  plain,
)
