import { fail, ok } from '../../protocol/result.ts'
import type { Measured, Part, Uart } from './part.ts'

/** Nova Fitness, "Laser Dust Sensor Control Protocol V1.3": frames of 10 bytes from the part, of 19 to it. */
const head = 0xaa
const tail = 0xab
const dataFrame = 0xc0
const frameBytes = 10
const commandBytes = 19
const setSleep = 6
/** Its fan has to run so long before values hold; its laser is made for 8 000 hours, so it sleeps between readings. */
const warmUpDefaultMs = 30_000
/** It sends a frame each second. */
const frameMsMax = 5_000

/** The sum of the bytes between head and checksum, in eight bits. */
const sumOf = (bytes: ArrayLike<number>, from: number, to: number): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += bytes[i] as number
  return sum & 0xff
}

/** Puts the part to work, or to sleep; every part on the line is meant. */
export const workCommand = (work: boolean): Uint8Array => {
  const command = new Uint8Array(commandBytes)
  command[0] = head
  command[1] = 0xb4
  command[2] = setSleep
  command[3] = 1
  command[4] = work ? 1 : 0
  command[15] = 0xff
  command[16] = 0xff
  command[17] = sumOf(command, 2, 17)
  command[18] = tail
  return command
}

/**
 * An SDS011 under schema 2: PM2.5 and PM10 in ug/m3. Errors of a reading: sensor/silent, sensor/garbled.
 * @param warmUpMs - how long its fan runs before it is read.
 */
export const sds011 = (line: Uart, warmUpMs?: number): Part => ({
  schema: 2,
  read: (done) => {
    let held: number[] = []
    let damaged = 0
    const finish = (measured: Measured): void => {
      line.listen(null)
      clearTimeout(timer)
      line.write(workCommand(false))
      done(measured)
    }
    const look = (): void => {
      while (held.length >= frameBytes) {
        const isFrame = held[0] === head && held[1] === dataFrame && held[9] === tail
        if (isFrame && sumOf(held, 2, 8) === held[8]) {
          const tenths = (at: number): number => ((held[at] as number) + 256 * (held[at + 1] as number)) / 10
          finish(ok([tenths(2), tenths(4), null]))
          return
        }
        if (isFrame) damaged++
        held = held.slice(1)
      }
    }
    const late = (): void => finish(fail(damaged > 0 ? 'sensor/garbled' : 'sensor/silent', 'SDS011'))
    const begin = (): void => {
      line.listen((bytes) => {
        for (let i = 0; i < bytes.length; i++) held.push(bytes[i] as number)
        look()
      })
      timer = setTimeout(late, frameMsMax)
    }
    line.write(workCommand(true))
    let timer = setTimeout(begin, warmUpMs === undefined ? warmUpDefaultMs : warmUpMs)
  },
})
