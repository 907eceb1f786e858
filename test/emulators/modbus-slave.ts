/** CRC-16 of Modbus over serial line V1.02, section 6.2.2: polynomial 0xA001 reflected, start 0xFFFF, low byte first. */
const crc = (bytes: Uint8Array): [number, number] => {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return [sum & 0xff, sum >> 8]
}

/** A frame with its checksum behind it. */
export const modbusFrame = (...bytes: number[]): Uint8Array =>
  Uint8Array.from([...bytes, ...crc(Uint8Array.from(bytes))])

const requestBytes = 8
const readInputRegisters = 4
const illegalFunction = 1
const illegalAddress = 2

export type Slave = {
  /** Takes bytes of the bus; whole requests to this unit are answered by `send`, broken and foreign ones by silence. */
  receive(bytes: Uint8Array): void
}

/** A Modbus RTU slave with float32 values in pairs of input registers, high word first. */
export const modbusSlave = (options: {
  readonly unit: number
  readonly floats: ReadonlyMap<number, number>
  readonly send: (frame: Uint8Array) => void
}): Slave => {
  const { unit, floats, send } = options
  let held = new Uint8Array()
  const answer = (request: Uint8Array): void => {
    const [, command = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request
    if (command !== readInputRegisters) {
      send(modbusFrame(unit, command | 0x80, illegalFunction))
      return
    }
    const data: number[] = []
    for (let i = 0; i < countHigh * 256 + countLow; i += 2) {
      const value = floats.get(high * 256 + low + i)
      if (value === undefined) {
        send(modbusFrame(unit, command | 0x80, illegalAddress))
        return
      }
      const bytes = new Uint8Array(4)
      new DataView(bytes.buffer).setFloat32(0, value)
      data.push(...bytes)
    }
    send(modbusFrame(unit, command, data.length, ...data))
  }
  return {
    receive: (bytes) => {
      held = Uint8Array.from([...held, ...bytes])
      while (held.length >= requestBytes) {
        const request = held.slice(0, requestBytes)
        const whole = [...modbusFrame(...request.slice(0, -2))].every((byte, i) => byte === request[i])
        held = held.slice(whole ? requestBytes : 1)
        if (whole && request[0] === unit) answer(request)
      }
    },
  }
}
