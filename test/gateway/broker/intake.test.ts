import fc from 'fast-check'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { createIntake, type TakenPublish } from '../../../gateway/broker/intake.ts'

const publish = (fields: {
  topic: string
  payload: Uint8Array
  qos: 0 | 1 | 2
  retain: boolean
  dup: boolean
  id: number
}) =>
  ({
    cmd: 'publish',
    topic: fields.topic,
    payload: Buffer.from(fields.payload),
    qos: fields.qos,
    retain: fields.retain,
    dup: fields.qos > 0 && fields.dup,
    ...(fields.qos > 0 ? { messageId: fields.id } : {}),
  }) as const

const publishes = fc
  .record({
    topic: fc.constantFrom('own', 'other', 't/u'),
    payload: fc.uint8Array({ maxLength: 400 }),
    qos: fc.constantFrom(0 as const, 1 as const, 1 as const, 2 as const),
    retain: fc.boolean(),
    dup: fc.boolean(),
    id: fc.integer({ min: 1, max: 65_535 }),
  })
  .map(publish)
const others = fc.constantFrom<Packet>(
  { cmd: 'pingreq' },
  { cmd: 'puback', messageId: 7 },
  { cmd: 'unsubscribe', messageId: 8, unsubscriptions: ['t'] },
)

const cutAt = (stream: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...new Set([...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort((a, b) => a - b)
  return ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end))
}

const run = (pieces: readonly Buffer[], take: (topic: string) => boolean) => {
  const taken: { topic: string; id: number; payload: string }[] = []
  const intake = createIntake(({ topic, messageId, payload }: TakenPublish) => {
    if (!take(topic.toString())) return false
    taken.push({ topic: topic.toString(), id: messageId, payload: payload.toString('hex') })
    return true
  })
  const left = Buffer.concat(pieces.map((piece) => intake.feed(piece)))
  return { taken, left }
}

describe('the intake', () => {
  test('takes the QoS 1 publishes that are wanted, in order, and leaves all else byte for byte, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(publishes, others), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (packets, cuts) => {
          const isTaken = (packet: Packet): boolean =>
            packet.cmd === 'publish' && packet.qos === 1 && !packet.retain && packet.topic === 'own'
          const bytes = packets.map((packet) => mqttPacket.generate(packet))
          const { taken, left } = run(cutAt(Buffer.concat(bytes), cuts), (topic) => topic === 'own')
          expect(left).toEqual(Buffer.concat(bytes.filter((_, i) => !isTaken(packets[i] as Packet))))
          expect(taken).toEqual(
            packets.flatMap((packet) =>
              isTaken(packet) && packet.cmd === 'publish'
                ? [{ topic: packet.topic, id: packet.messageId, payload: Buffer.from(packet.payload).toString('hex') }]
                : [],
            ),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  test('leaves a publish whose topic is longer than its packet to the broker', () => {
    const bad = Buffer.from([0x32, 5, 0, 9, 0x6f, 0x77, 0x6e])
    expect(run([bad], () => true)).toEqual({ taken: [], left: bad })
    for (const tiny of [Buffer.from([0x32, 0]), Buffer.from([0x32, 3, 0, 0, 1])]) {
      expect(run([tiny], () => true)).toEqual({ taken: [], left: tiny })
    }
  })

  test('a packet that comes byte by byte is taken when its last byte is there', () => {
    const packet = mqttPacket.generate(
      publish({ topic: 'own', payload: new Uint8Array(300), qos: 1, retain: false, dup: false, id: 9 }),
    )
    const intake = createIntake(() => true)
    const left = [...packet].map((byte) => intake.feed(Buffer.of(byte)).length)
    expect(Math.max(...left)).toBe(0)
    expect(intake.feed(mqttPacket.generate({ cmd: 'pingreq' }))).toEqual(Buffer.of(0xc0, 0))
  })
})
