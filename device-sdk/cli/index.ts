import type { Command } from 'commander'
import { jsonOption, neededOption, openConsole, wholeNumber } from '../../bin/console/index.ts'

const sensorHelp = `
Sensors:
  host                              load, memory, disk, heat and traffic of this machine
  replay:FILE.csv                   a record of weather
  firmata:bme280:PORT               weather by a BME280 or BMP280 on an Arduino with StandardFirmata
  firmata:ina219:PORT               volts, amperes and watts by an INA219 on the same
  pulses:PORT:PIN:PULSES-PER-KWH    an energy meter with an S0 output on a pin of the same
  i2c:PART:/dev/i2c-N[:ADDRESS]     bme280, sht31 or ina219 on this machine's own bus, through i2ctransfer
  sds011:PORT[:WARMUP]              particles by an SDS011, whose fan runs WARMUP seconds first, 30
  nmea:PORT[:BAUD]                  position by a GNSS receiver, 9600 baud; or nmea:FILE
  modbus:sdm120:PORT[:BAUD[:UNIT]]  an energy meter, 2400 baud, unit 1

Radios:
  semtech:127.0.0.1:1700            a concentrator whose packet forwarder sends there
  semtech:127.0.0.1:1700>SERVER:PORT  the same, and the LoRaWAN server goes on being served
  air:udp://127.0.0.1:PORT          the simulated air

Examples:
  hexfix device run --dir porch --sensor host --every 60 --batch 10
  hexfix device run --dir roof --sensor firmata:bme280:/dev/ttyACM0`

const relayHelp = `
The gateway takes reports from pairs of board and relay that were approved:
  hexfix devices relay BOARD-KID --over RELAY-KID

Examples:
  hexfix device relay --dir roof --port /dev/serial/by-id/usb-Espruino_Pico
  hexfix device relay --dir roof --port /dev/ttyACM0 --port "ble:Puck.js ad36"`

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** Commands that are a device. What they run is loaded when they run. */
export const addDeviceCommands = (program: Command): void => {
  const device = program.command('device').description('run a device on this machine')

  device
    .command('run')
    .description('read a sensor, or beacon and witness with a radio, and deliver signed reports until Ctrl-C')
    .option('--dir <folder>', "the device's folder, made by `hexfix provision`", '.hexfix/device')
    .option('--sensor <spec>', 'what to read; the kinds are below', 'host')
    .option('--every <seconds>', 'seconds between readings', wholeNumber(1, 86_400), 60)
    .option('--batch <readings>', 'readings in one report', wholeNumber(1, 4_096), 1)
    .option('--radio <spec>', 'be a hotspot; the kinds are below')
    .option('--relay <port>', 'carry for a small board too, by its serial port or ble:NAME; repeatable', collect)
    .option('--region <id>', 'EU868 or US915', 'EU868')
    .option('--gain <dbi>', 'antenna gain in dBi, as asserted', '0')
    .option('--cable-loss <db>', 'loss between radio and antenna in dB', '0')
    .option('--beacon-every <seconds>', 'seconds between beacons', wholeNumber(1, 86_400), 21_600)
    .option('--true-place <lat,lng>', 'where the simulated radio really stands, in degrees')
    .option('--true-gain <dbi>', 'antenna gain of the simulated radio in dBi', '0')
    .option('--journal <file>', 'note every acknowledged report, for `hexfix gw audit`')
    .option(
      '--commit-delay <ms>',
      'how long reports wait to be written to the disk together (default: 5, 500 on SD cards)',
      wholeNumber(0, 60_000),
    )
    .option('--for <seconds>', 'end by itself', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText('after', sensorHelp)
    .action(async (options) => (await import('./run.ts')).runCommand(options, openConsole(options)))

  device
    .command('relay')
    .description('carry reports of small boards to the gateway, and its answers back, until Ctrl-C')
    .option('--dir <folder>', "this device's folder, made by `hexfix provision --local`", '.hexfix/device')
    .addOption(neededOption('--port <port>', 'the serial port of a board, or ble:NAME; repeatable').argParser(collect))
    .option('--for <seconds>', 'end by itself', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText('after', relayHelp)
    .action(async (options) => (await import('./relay.ts')).relayCommand(options, openConsole(options)))

  device
    .command('air')
    .description('run the simulated air that hotspots without a radio share')
    .option('--port <port>', 'UDP port on loopback; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--seed <number>', 'seed of the shadowing', wholeNumber(0), 1)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix device air --port 7000')
    .action(async (options) => (await import('./air.ts')).airCommand(options, openConsole(options)))
}
