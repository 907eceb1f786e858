import type { Command } from 'commander'
import { dataOption, jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'

/** Commands that work on devices through a gateway's API. What they run is loaded when they run. */
export const addProvisioningCommands = (program: Command): void => {
  const remote = (command: Command): Command =>
    command
      .addOption(dataOption())
      .option('--gateway <url>', 'address of the API; the admin token then comes from HEXFIX_ADMIN_TOKEN')
      .option('--tls-spki <hex>', 'SHA-256 of the TLS key that must answer there, as `hexfix gw cert` shows it')
      .addOption(jsonOption())

  remote(program.command('provision').description('make a device: its key, proof of possession, registration'))
    .requiredOption('--local', 'the device is a folder on this machine')
    .option('--discover', 'only list the gateways on this network, with their keys')
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .option('--name <name>', 'a name for people')
    .option('--place <lat,lng>', 'assert where it stands, in degrees')
    .option('--gain <dbi>', 'antenna gain in dBi, with --place', '0')
    .addHelpText('after', '\nExample:\n  hexfix provision --local --dir porch --name porch')
    .action(async (options) =>
      options.discover === true
        ? (await import('./find.ts')).findOnLink(options, openConsole(options))
        : (await import('./provision.ts')).provision(options, openConsole(options)),
    )

  const gw = program.commands.find((command) => command.name() === 'gw') ?? program.command('gw')
  gw.command('find')
    .description('list the gateways that announce themselves on this network, with their keys')
    .option('--for <seconds>', 'how long to listen', wholeNumber(1, 60), 3)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw find')
    .action(async (options) => (await import('./find.ts')).findOnLink(options, openConsole(options)))

  const devices = program.command('devices').description('list, show and revoke devices')
  remote(devices.command('list').description('every device of the gateway'))
    .addHelpText('after', '\nExample:\n  hexfix devices list --json')
    .action(async (options) => (await import('./devices.ts')).listDevices(options, openConsole(options)))
  remote(devices.command('show').description('one device').argument('<kid>', '16 hex digits'))
    .addHelpText('after', '\nExample:\n  hexfix devices show 564341bee9b4caeb')
    .action(async (kid, options) => (await import('./devices.ts')).showDevice(kid, options, openConsole(options)))
  remote(devices.command('revoke').description('revoke a key for good').argument('<kid>', '16 hex digits'))
    .addHelpText('after', '\nExample:\n  hexfix devices revoke 564341bee9b4caeb')
    .action(async (kid, options) => (await import('./devices.ts')).revokeDevice(kid, options, openConsole(options)))

  remote(program.command('monitor').description('watch reports, verdicts and receipts as they happen'))
    .option('--for <seconds>', 'end by itself')
    .option('--kid <kid>', 'one device only')
    .addHelpText('after', '\nExample:\n  hexfix monitor --kid 564341bee9b4caeb')
    .action(async (options) => (await import('./monitor.ts')).monitor(options, openConsole(options)))

  remote(program.command('doctor').description('find out why a device does not deliver'))
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .addHelpText('after', '\nExample:\n  hexfix doctor --dir porch')
    .action(async (options) => (await import('./doctor.ts')).doctor(options, openConsole(options)))
}
