import type { Command } from 'commander'
import { Option } from 'commander'
import { jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'
import type { BatchOptions } from './batch.ts'
import { addDevicesCommands } from './device-commands.ts'
import { addHotspotCommands } from './hotspot-commands.ts'
import { byOwner, remote, signed } from './options.ts'
import { addOwnerCommands } from './owner-commands.ts'

const liveEventNames = ['report', 'receipt', 'verdict', 'refusal', 'result', 'epoch', 'device', 'update']

const addProvision = (program: Command): void => {
  const provision = program
    .command('provision')
    .description('make a device: its key, proof of possession, registration')
  signed(provision)
    .option('--local', 'the device is a folder on this machine')
    .option('--discover', 'only list the gateways on this network, with their keys')
    .option('--no-owner', 'register it without an owner, although a key is here')
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .option('--name <name>', 'a name for people')
    .option('--place <lat,lng>', 'assert where it stands, in degrees')
    .option('--gain <dbi>', 'antenna gain in dBi, with --place', '0')
    .addHelpText(
      'after',
      '\nExamples:\n  hexfix provision --local --dir porch --name porch\n  hexfix provision batch devices.csv --out tray',
    )
    .action(async (options) => {
      if (options.discover === true) return (await import('./find.ts')).findOnLink(options, openConsole(options))
      if (options.local !== true) provision.error("error: required option '--local' not specified")
      await (await import('./provision.ts')).provision(options, openConsole(options))
    })
  byOwner(
    remote(
      provision.command('batch').description('make a device for every row of a CSV file; runs again after any end'),
    ),
  )
    .argument('<file>', 'columns name, lat, lng, gain, height; only name is needed')
    .requiredOption('--out <folder>', 'a folder of device folders, one for each card')
    // Why: a --no-owner alone would make `owner` true where it is not given.
    .addOption(new Option('--owner <address>').hideHelp())
    .option('--no-owner', 'register them without an owner, although a key is here')
    .addHelpText('after', '\nExample:\n  hexfix provision batch devices.csv --out tray')
    // Why: commander gives an option that both have to the outer command, wherever it stands.
    .action(async (file, _options, command: Command) => {
      const options = command.optsWithGlobals<BatchOptions>()
      await (await import('./batch.ts')).provisionBatch(file, options, openConsole(options))
    })
}

/** Commands that work on devices through a gateway's API. What they run is loaded when they run. */
export const addProvisioningCommands = (program: Command): void => {
  addProvision(program)
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
    .option('--kid <kid>', 'one device only')
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
