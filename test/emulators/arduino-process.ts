/**
 * An Arduino Uno as a process: `tsx test/emulators/arduino-process.ts IMAGE.hex PART PATH [BOOT.hex]`, where PART is bme280,
 * bmp280 or ina219, or some of them joined by `+`, and PATH becomes its serial port; the IMAGE `standard-firmata` is fetched once. With a boot loader it is
 * reset when its port is opened, and what was flashed stays; IMAGE may then be `blank`. Prints `ready`, or `missing` and what
 * it cannot run without; takes the lines `absent` and `present`, which pull the part off its bus and put it back, and
 * `weather CEL PA RH`, `stuck ADDRESS MASK`, after which these bits of the flash stay 0, and `pulse`, after which digital pin 2 has been low for a moment and `pulsed` is printed; ends when its input closes. Its port is there again after it was closed, and the board starts anew, as
 * a true one is reset when its port is opened.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { optibootWord, readIntelHex, startArduino } from './arduino.ts'
import { bme280, datasheetExample, rawOf } from './bme280.ts'
import type { I2cPart } from './i2c-part.ts'
import { ina219 } from './ina219.ts'
import { openPty } from './pty.ts'
import { standardFirmata } from './standard-firmata.ts'

const [image = '', name = '', path = '', boot] = process.argv.slice(2)
let there = true
const present = (): boolean => there

const { calibration } = datasheetExample
let { raw } = datasheetExample
const weather = { calibration, raw: () => raw, present }
const parts: { readonly [name: string]: I2cPart } = {
  bme280: bme280({ ...weather, chip: 'bme280' }),
  bmp280: bme280({ ...weather, chip: 'bmp280', address: 0x77 }),
  ina219: ina219({ measured: () => ({ busV: 12.04, shuntMv: 125.5 }), present }),
}
const plugged = name.split('+').flatMap((one) => parts[one] ?? [])
if (plugged.length === 0 || path === '') throw new Error('arduino-process IMAGE.hex bme280|bmp280|ina219 PATH')

let stuck: { readonly address: number; readonly mask: number } | null = null
const wear = (flash: Uint8Array): void => {
  if (stuck !== null) flash[stuck.address] = (flash[stuck.address] ?? 0) & ~stuck.mask
}

let pulse = (): void => {}
let leaving = false
let unplug = async (): Promise<void> => {}
const commands = createInterface({ input: process.stdin })
commands.on('line', (line) => {
  if (line === 'absent') there = false
  if (line === 'present') there = true
  if (line === 'pulse') pulse()
  const [command, ...words] = line.split(' ')
  const [first = 0, second = 0, third = 0] = words.map(Number)
  if (command === 'weather') raw = rawOf(calibration, { cel: first, pa: second, rh: third })
  if (command === 'stuck') stuck = { address: first, mask: second }
})
commands.on('close', () => {
  leaving = true
  void unplug()
})

const missing = (what: string): never => {
  process.stdout.write(`missing ${what}\n`, () => process.exit(1))
  throw new Error(what)
}
const imagePath = (): string => {
  if (spawnSync('socat', ['-V']).error !== undefined) return missing('no socat on this machine')
  if (image !== 'standard-firmata') return image
  const found = standardFirmata()
  return 'path' in found ? found.path : missing('the StandardFirmata image is not here and could not be fetched')
}

const flash = readIntelHex(image === 'blank' ? '' : readFileSync(imagePath(), 'utf8'))
const bootWord = boot === undefined ? undefined : optibootWord
if (boot !== undefined) flash.set(readIntelHex(readFileSync(boot, 'utf8')).subarray(2 * optibootWord), 2 * optibootWord)
while (!leaving) {
  const pty = await openPty(path)
  unplug = pty.unplug
  if (bootWord !== undefined) {
    process.stdout.write('ready\n')
    if (leaving) await unplug()
    await Promise.race([pty.opened, pty.ended])
  }
  const arduino = startArduino(flash, plugged, pty.write, bootWord, wear)
  pulse = () => arduino.pulsePin2(() => process.stdout.write('pulsed\n'))
  pty.onData(arduino.receive)
  if (bootWord === undefined) process.stdout.write('ready\n')
  if (leaving) await unplug()
  await pty.ended
  arduino.stop()
}
process.exit()
