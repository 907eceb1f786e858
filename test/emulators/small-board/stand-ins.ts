/**
 * What an ESP32 has on its pins, in the JavaScript of Espruino, for a Linux build of it: an I2C bus with parts whose answers are those
 * of the models beside this folder, a serial line on which a meter answers and the others send each second. What was asked is
 * written into the file `asked`.
 */
import { second } from '../../device-sdk/sensors/nmea-lines.ts'
import { bme280, datasheetExample } from '../bme280.ts'
import { busOf } from '../i2c-bus.ts'
import type { I2cPart } from '../i2c-part.ts'
import { ina219 } from '../ina219.ts'
import { modbusFrame, modbusSlave } from '../modbus-slave.ts'
import { sds011Frame } from '../sds011.ts'
import { sht31 } from '../sht31.ts'

/** SDM120 Modbus protocol, input registers: volts, amperes, watts, power factor, kWh. */
const meterFloats = new Map([
  [0, 230.5],
  [6, 1.25],
  [12, 250],
  [30, 0.87],
  [70, 50],
  [72, 1_234.5],
  [74, 0],
  [342, 1_234.5],
])
/** 12.3 and 45.6 ug/m3. */
const dustFrame = sds011Frame(123, 456)

const read = (part: I2cPart, address: number, write: readonly number[], count: number): number[] => {
  let found: number[] = []
  busOf(part).transfer(address, [...write], count, (bytes) => {
    found = [...(bytes ?? [])]
  })
  return found
}

const weatherImage = (): number[] => {
  const part = bme280({ chip: 'bme280', calibration: datasheetExample.calibration, raw: () => datasheetExample.raw })
  for (const write of [
    [0xf2, 1],
    [0xf4, 0x25],
  ])
    read(part, 0x76, write, 0)
  return read(part, 0x76, [0], 256)
}

/** By address: the bytes of a part, and how many there are for each register. */
const parts = (): object => {
  const gauge = ina219({ measured: () => ({ busV: 3.7, shuntMv: 1.5 }) })
  const air = sht31({ raw: () => ({ temperature: 0x6666, humidity: 0x8000 }) })
  return {
    119: { width: 1, bytes: weatherImage() },
    64: { width: 2, bytes: [0, 1, 2, 3, 4, 5].flatMap((register) => read(gauge, 0x40, [register], 2)) },
    68: { width: 0, bytes: read(air, 0x44, [0x24, 0], 6) },
    35: { width: 0, bytes: [0x04, 0xb0] },
  }
}

/** By request: what the meter answers. */
const answers = (): object => {
  const found: { [request: string]: readonly number[] } = {}
  for (const register of meterFloats.keys()) {
    const request = modbusFrame(1, 4, register >> 8, register & 0xff, 0, 2)
    const send = (frame: Uint8Array): void => {
      found[request.join()] = [...frame]
    }
    modbusSlave({ unit: 1, floats: meterFloats, send }).receive(request)
  }
  return found
}

/** What a serial part sends each second. */
const streams: { readonly [app: string]: () => readonly number[] } = {
  'air-node': () => dustFrame,
  tracker: () => [...Buffer.from(second('120000.00', '08.00000'), 'latin1')],
}

export const standIns = (app: string): string => `
var asked = {};
function ask(what) { if (!asked[what]) { asked[what] = 1; require("fs").appendFileSync("asked", what + "\\n"); } }
for (var pin = 0; pin < 40; pin++) if (global["D" + pin] === undefined) global["D" + pin] = pin;
var digitalWrite = function () {}, pinMode = function () {};
var parts = ${JSON.stringify(parts())}, register = {};
var I2C1 = {
  setup: function () { ask("I2C1 set up"); },
  writeTo: function (to, bytes) {
    if (!parts[to.address]) throw "no ACK";
    ask("I2C1 wrote to " + to.address); register[to.address] = bytes[0];
  },
  readFrom: function (address, count) {
    if (!parts[address]) throw "no ACK";
    ask("I2C1 read from " + address);
    var from = register[address] * parts[address].width;
    return new Uint8Array(parts[address].bytes.slice(from, from + count));
  }
};
var answers = ${JSON.stringify(answers())}, stream = ${JSON.stringify(streams[app]?.() ?? [])}, take = function () {};
var Serial3 = {
  setup: function (baud) { ask("Serial3 set up at " + baud); },
  on: function (event, listener) { take = listener; },
  write: function (bytes) {
    ask("Serial3 wrote " + bytes.length + " bytes");
    var answer = answers[bytes.join()];
    if (answer) setTimeout(function () { ask("Serial3 answered"); take(E.toString(answer)); }, 50);
  }
};
if (stream.length) setInterval(function () { ask("Serial3 sent " + stream.length + " bytes"); take(E.toString(stream)); }, 1000);
`
