import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { standardSchema } from '../../../../device-sdk/protocol/index.ts'
import { meters } from '../../../../device-sdk/sensors/energy-meters.ts'
import { gnss } from '../../../../device-sdk/sensors/parts/gnss.ts'
import { crcOf, modbusMeter } from '../../../../device-sdk/sensors/parts/modbus-meter.ts'
import type { Measured, Part, Uart } from '../../../../device-sdk/sensors/parts/part.ts'
import { s0Meter } from '../../../../device-sdk/sensors/parts/s0-meter.ts'
import { sds011, workCommand } from '../../../../device-sdk/sensors/parts/sds011.ts'
import { sds011 as emulatedSds011, sds011Frame } from '../../../emulators/sds011.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const read = async (part: Part): Promise<Measured> => {
  const measured = new Promise<Measured>((resolve) => part.read(resolve))
  await vi.runAllTimersAsync()
  return measured
}
const codeOf = (measured: Measured): string | null => (measured.ok ? null : measured.error.code)

/** A line whose other end answers; what arrives while nobody listens is lost, as on a board. */
const lineWith = (answer: (bytes: Uint8Array, send: (bytes: readonly number[]) => void) => void): Uart => {
  let take: ((bytes: Uint8Array) => void) | null = null
  return {
    write: (bytes) => answer(bytes, (reply) => take?.(Uint8Array.from(reply))),
    listen: (next) => {
      take = next
    },
  }
}

describe('the driver of the SDS011', () => {
  const frame = sds011Frame
  /** A part that sends a frame each second while it works. */
  const part = (frames: (second: number) => readonly number[]): Uart => {
    let take = (_: readonly number[]): void => {}
    const silicon = emulatedSds011({ frame: frames, send: (bytes) => take(bytes) })
    return lineWith((bytes, send) => {
      take = send
      silicon.receive(bytes)
    })
  }

  it('sends the commands of the protocol: sleep has the checksum 0x05, work 0x06', () => {
    const bytes = (work: boolean): string => Buffer.from(workCommand(work)).toString('hex')
    expect(bytes(false)).toBe('aab406010000000000000000000000ffff05ab')
    expect(bytes(true)).toBe('aab406010100000000000000000000ffff06ab')
  })

  it('wakes it, waits until its fan has run, takes one frame, and puts it to sleep', async () => {
    const line = part(() => frame(123, 456))
    const sent: number[] = []
    const spied: Uart = {
      ...line,
      write: (bytes) => {
        sent.push(bytes[4] ?? -1)
        line.write(bytes)
      },
    }
    const began = Date.now()
    const measured = await read(sds011(spied, 10_000))
    expect(measured).toEqual({ ok: true, value: [12.3, 45.6, null] })
    expect(sent).toEqual([1, 0])
    expect(Date.now() - began).toBeGreaterThanOrEqual(10_000)
  })

  it('finds a frame that comes in two pieces, after half of another one', async () => {
    const whole = frame(1_000, 9_999)
    const pieces = [[...whole.slice(6), ...whole.slice(0, 3)], whole.slice(3)]
    const measured = await read(
      sds011(
        part((second) => pieces[second] ?? []),
        0,
      ),
    )
    expect(measured).toEqual({ ok: true, value: [100, 999.9, null] })
  })

  it('takes no frame whose checksum does not hold, and says so; a silent line is silent', async () => {
    const damaged = frame(123, 456).with(2, 0)
    expect(
      codeOf(
        await read(
          sds011(
            part(() => damaged),
            0,
          ),
        ),
      ),
    ).toBe('sensor/garbled')
    expect(
      codeOf(
        await read(
          sds011(
            lineWith(() => {}),
            0,
          ),
        ),
      ),
    ).toBe('sensor/silent')
  })
})

describe('the driver of a Modbus meter', () => {
  const fields = standardSchema(3)?.fields.map(([name]) => name) ?? []
  const sdm120 = meters.sdm120
  if (sdm120 === undefined) throw new Error('no sdm120')
  const values: { readonly [address: number]: number } = {
    0: 230.1,
    6: 4.5,
    12: 1_000,
    30: 0.97,
    70: 49.98,
    72: 1_234.5,
  }
  const sealed = (bytes: readonly number[]): number[] => {
    const crc = crcOf(bytes, bytes.length)
    return [...bytes, crc & 0xff, crc >> 8]
  }
  const meter = (damage: (answer: number[]) => number[] = (answer) => answer): Uart =>
    lineWith((request, send) => {
      if (request[0] !== 1 || crcOf(request, request.length) !== 0) return
      const address = ((request[2] ?? 0) << 8) | (request[3] ?? 0)
      const float = Buffer.alloc(4)
      float.writeFloatBE(values[address] ?? 0)
      const answer = damage(values[address] === undefined ? sealed([1, 0x84, 2]) : sealed([1, 4, 4, ...float]))
      for (const byte of answer) setTimeout(() => send([byte]), 5)
    })

  it('computes the checksum of the standard: 0x1241 for 02 07, low byte first', () => {
    expect(crcOf([0x02, 0x07], 2)).toBe(0x1241)
  })

  it('reads every register of the meter into the fields of the schema', async () => {
    const measured = await read(modbusMeter(meter(), sdm120, 1, fields))
    expect(measured.ok && measured.value.map((value) => value?.toPrecision(5))).toEqual(
      [1_234_500, 1_000, 230.1, 4.5, 49.98, 0.97].map((value) => value.toPrecision(5)),
    )
  })

  it.each([
    ['silent', 'sensor/silent', () => []],
    ['cut off', 'sensor/garbled', (answer: number[]) => answer.slice(0, 6)],
    ['turned in one bit', 'sensor/garbled', (answer: number[]) => answer.with(4, (answer[4] ?? 0) ^ 1)],
    ['no number', 'sensor/implausible', () => sealed([1, 4, 4, 0x7f, 0xc0, 0, 0])],
    ['of another unit', 'sensor/garbled', () => sealed([2, 4, 4, 0, 0, 0, 0])],
    ['a refusal', 'sensor/request-refused', () => sealed([1, 0x84, 2])],
  ] as const)('takes no answer that is %s', async (_, code, damage) => {
    expect(codeOf(await read(modbusMeter(meter(damage), sdm120, 1, fields)))).toBe(code)
  })

  it('hears no unit but its own', async () => {
    expect(codeOf(await read(modbusMeter(meter(), sdm120, 9, fields)))).toBe('sensor/silent')
  })
})

describe('a meter with an S0 output', () => {
  const counted = () => {
    let nowS = 0
    let pulse = (_atS: number): void => {}
    const pulses = {
      nowS: () => nowS,
      listen: (onPulse: (atS: number) => void) => {
        pulse = onPulse
      },
    }
    return {
      pulses,
      at: (second: number) => {
        nowS = second
        pulse(second)
      },
      now: (second: number) => {
        nowS = second
      },
    }
  }
  const valuesOf = async (part: Part) => {
    const measured = await read(part)
    return measured.ok ? measured.value.slice(0, 2) : []
  }

  it('counts energy, and gives power by the time between two pulses', async () => {
    const { pulses, at } = counted()
    const part = s0Meter(pulses, 1_000)
    expect(await valuesOf(part)).toEqual([0, null])
    at(10)
    expect(await valuesOf(part)).toEqual([1, null])
    at(11.8)
    // 1 Wh in 1.8 s.
    const [energy, power] = await valuesOf(part)
    expect(energy).toBe(2)
    expect(power).toBeCloseTo(2_000, 6)
  })

  it('gives no more power than the silence since the last pulse allows', async () => {
    const { pulses, at, now } = counted()
    const part = s0Meter(pulses, 1_000)
    at(0)
    at(1.8)
    now(1.8 + 36)
    expect((await valuesOf(part))[1]).toBeCloseTo(100, 6)
  })
})

describe('a GNSS receiver on a serial line', () => {
  const sentence = (body: string): string => {
    const sum = [...body].reduce((xor, character) => xor ^ character.charCodeAt(0), 0)
    return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
  }
  const receiver = (text: string): Uart => {
    const line = lineWith(() => {})
    return {
      ...line,
      listen: (take) => {
        if (take !== null) setTimeout(() => take(Buffer.from(text, 'latin1')), 10)
      },
    }
  }
  const gga = sentence('GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,')
  const rmc = sentence('GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W')

  it('gives place, height, accuracy and speed', async () => {
    const measured = await read(gnss(receiver(`half a line\r\n${gga}${rmc}`)))
    const [lat, lon, height, accuracy, speed] = measured.ok ? measured.value : []
    expect(lat).toBeCloseTo(48.1173, 4)
    expect(lon).toBeCloseTo(11.51667, 4)
    expect([height, accuracy]).toEqual([545.4, 4.5])
    expect(speed).toBeCloseTo(11.52, 2)
  })

  it('says that there is no fix, that lines are damaged, and that nothing comes', async () => {
    const none = sentence('GPGGA,123519,,,,,0,02,,,M,,M,,')
    expect(codeOf(await read(gnss(receiver(`\n${none}${none.replace('123519', '123520')}${none}`))))).not.toBeNull()
    expect(codeOf(await read(gnss(receiver(`\n${gga.replace('4807', '4808')}`))))).toBe('sensor/garbled')
    expect(codeOf(await read(gnss(receiver(''))))).toBe('sensor/silent')
  })
})
