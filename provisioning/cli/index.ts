import type { Command } from 'commander'
import { Option } from 'commander'
import { jsonOption, kid, openConsole, wholeNumber } from '../../bin/console/index.ts'
import type { BatchOptions } from './batch.ts'
import { addDevicesCommands } from './device-commands.ts'
import { addHotspotCommands } from './hotspot-commands.ts'
import { byOwner, networked, remote, signed } from './options.ts'
import { addOwnerCommands } from './owner-commands.ts'
import type { FindPort } from './provision-board.ts'

const liveEventNames = ['report', 'receipt', 'verdict', 'refusal', 'result', 'epoch', 'device', 'update']

const notABoard = 'error: --wifi-ssid is for small boards, at a --port'

const addProvision = (program: Command, findPort: FindPort): void => {
  const provision = program
    .command('provision')
    .description('make a device: its key, proof of possession, registration')
  networked(signed(provision))
    .option('--local', 'the device is a folder on this machine')
    .option(
      '--port <port>',
      'it is a small board: its serial port, or ble:NAME; without --local and --port the one that is plugged in',
    )
    .option(
      '--relay-dir <folder>',
      'this computer may carry for the small board: the folder of its own device, made where it is not there',
    )
    .option('--discover', 'only list the gateways on this network, with their keys')
    .option('--no-owner', 'register it without an owner, although a key is here')
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .option('--name <name>', 'a name for people')
    .option('--place <lat,lng>', 'assert where it stands, in degrees')
    .option('--gain <dbi>', 'antenna gain in dBi, with --place', '0')
    .addHelpText(
      'after',
      `
Examples:
  hexfix provision --local --dir porch --name porch
  hexfix provision --port /dev/ttyACM0 --name porch
  hexfix provision --port /dev/ttyUSB0 --name porch --wifi-ssid home
  hexfix provision batch devices.csv --out tray`,
    )
    .action(async (options) => {
      if (options.discover === true) return (await import('./find.ts')).findOnLink(options, openConsole(options))
      if (options.local === true && options.port !== undefined) provision.error('error: --local or --port, not both')
      if (options.local === true && options.wifiSsid !== undefined) provision.error(notABoard)
      if (options.local === true) return (await import('./provision.ts')).provision(options, openConsole(options))
      await (await import('./provision-board.ts')).provisionByWire(options, findPort, openConsole(options))
    })
  networked(
    byOwner(
      remote(
        provision.command('batch').description('make a device for every row of a CSV file; runs again after any end'),
      ),
    ),
  )
    .argument('<file>', 'columns name, lat, lng, gain, height; only name is needed')
    .requiredOption('--out <folder>', 'a folder of device folders, one for each card')
    .option(
      '--port <port>',
      'they are small boards, plugged in there one after the other; the folder then holds the list alone',
    )
    // Why: a --no-owner alone would make `owner` true where it is not given.
    .addOption(new Option('--owner <address>').hideHelp())
    .option('--no-owner', 'register them without an owner, although a key is here')
    .addHelpText(
      'after',
      '\nExamples:\n  hexfix provision batch devices.csv --out tray\n  hexfix provision batch devices.csv --out tray --port /dev/ttyACM0',
    )
    // Why: commander gives an option that both have to the outer command, wherever it stands.
    .action(async (file, _options, command: Command) => {
      const options = command.optsWithGlobals<BatchOptions>()
      if (options.wifiSsid !== undefined && options.port === undefined) provision.error(notABoard)
      await (await import('./batch.ts')).provisionBatch(file, options, openConsole(options))
    })
}

/**
 * Commands that work on devices through a gateway's API. What they run is loaded when they run.
 * @param findPort - finds the board that is plugged in: who knows the boards, this room may not ask.
 */
export const addProvisioningCommands = (program: Command, findPort: FindPort): void => {
  addProvision(program, findPort)
  addDevicesCommands(program)
  addHotspotCommands(program)
  addOwnerCommands(program)

  const gw = program.commands.find((command) => command.name() === 'gw') ?? program.command('gw')
  gw.command('find')
    .description('list the gateways that announce themselves on this network, with their keys')
    .option('--for <seconds>', 'how long to listen', wholeNumber(1, 60), 3)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw find')
    .action(async (options) => (await import('./find.ts')).findOnLink(options, openConsole(options)))

  remote(program.command('monitor').description('watch reports, verdicts and receipts as they happen'))
    .option('--for <seconds>', 'end by itself')
    .option('--kid <kid>', 'one device only', kid)
    .addOption(new Option('--event <name>', 'one kind of event only').choices(liveEventNames))
    .option('--code <code>', 'one code only: accepted, report/replay, ...')
    .addHelpText(
      'after',
      '\nWith --json each event is a document on a line of its own, and the last line counts them.\n\nExample:\n  hexfix monitor --event report --code sign1/bad-signature',
    )
    .action(async (options) => (await import('./monitor.ts')).monitor(options, openConsole(options)))

  remote(program.command('doctor').description('find out why a device does not deliver'))
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .addHelpText('after', '\nExample:\n  hexfix doctor --dir porch')
    .action(async (options) => (await import('./doctor.ts')).doctor(options, openConsole(options)))
}
