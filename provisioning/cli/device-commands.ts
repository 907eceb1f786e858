import type { Command } from 'commander'
import { Option } from 'commander'
import { kid, kids, openConsole, wholeNumber } from '../../bin/console/index.ts'
import { remote, signed } from './options.ts'

const kidArgument = ['<kid>', '16 hex digits', kid] as const

const addReading = (devices: Command): void => {
  remote(devices.command('list').description('every device of the gateway'))
    .addHelpText('after', '\nExample:\n  hexfix devices list --json')
    .action(async (options) => (await import('./devices.ts')).listDevices(options, openConsole(options)))
  remote(
    devices
      .command('show')
      .description('one device')
      .argument(...kidArgument),
  )
    .addHelpText('after', '\nExample:\n  hexfix devices show 564341bee9b4caeb')
    .action(async (kid, options) => (await import('./devices.ts')).showDevice(kid, options, openConsole(options)))
  remote(devices.command('history').description('all that happened to a device, and who signed it'))
    .argument(...kidArgument)
    .addHelpText('after', '\nExample:\n  hexfix devices history 564341bee9b4caeb')
    .action(async (kid, options) => (await import('./history.ts')).deviceHistory(kid, options, openConsole(options)))
  remote(devices.command('label').description('a PDF of labels with words, kid and QR code'))
    .argument('[kid...]', '16 hex digits each', kids)
    .option('--all', 'every device of the gateway')
    .option('--batch <folder>', 'the devices that `hexfix provision batch` made there; needs no gateway')
    .addOption(
      new Option('--sheet <name>', '63.5 x 33.9 mm, 24 on A4; or 90 x 29 mm')
        .choices(['a4-24', 'single'])
        .default('a4-24'),
    )
    .requiredOption('--out <file>', 'the PDF')
    .addHelpText('after', '\nExample:\n  hexfix devices label --all --out labels.pdf')
    .action(async (kids, options) => (await import('./label.ts')).labelDevices(kids, options, openConsole(options)))
}

const addChanging = (devices: Command): void => {
  signed(devices.command('claim').description('give an owner to a device that has none; needs its folder'))
    .option('--dir <folder>', "the device's folder", '.hexfix/device')
    .addHelpText('after', '\nExample:\n  hexfix devices claim --dir porch')
    .action(async (options) => (await import('./provision.ts')).claim(options, openConsole(options)))
  signed(devices.command('transfer').description('give a device to another owner; both sign'))
    .argument(...kidArgument)
    .requiredOption('--to <address>', 'who receives it')
    .option('--to-key <file>', "the receiver's key, where it is here too")
    .addHelpText(
      'after',
      '\nExample:\n  # the second line is for the receiver\n' +
        '  hexfix devices transfer 564341bee9b4caeb --to 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 --typed-data give.json\n' +
        '  hexfix owner sign give.json\n' +
        '  hexfix devices transfer 564341bee9b4caeb --to 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 --signature 0x...',
    )
    .action(async (kid, options) => (await import('./acts.ts')).transferDevice(kid, options, openConsole(options)))
  signed(devices.command('rotate').description('put a new key in the place of a device; the owner signs'))
    .argument(...kidArgument)
    .requiredOption('--dir <folder>', 'folder of the new key, made where there is none')
    .option('--old-dir <folder>', 'folder of the old key: with it at once, without it after a wait')
    .addHelpText('after', '\nExample:\n  hexfix devices rotate 564341bee9b4caeb --dir porch-2 --old-dir porch')
    .action(async (kid, options) => (await import('./rotate.ts')).rotateDevice(kid, options, openConsole(options)))
  signed(devices.command('revoke').description('revoke a key for good, as the host or as the owner'))
    .argument(...kidArgument)
    .addOption(
      new Option('--reason <word>', 'why')
        .choices(['unspecified', 'compromised', 'superseded', 'retired'])
        .default('unspecified'),
    )
    .option('--dir <folder>', 'folder of a new key whose rotation waits, to end that rotation as its owner')
    .option('--as-owner', "with the owner's key, although the admin token is here")
    .addHelpText('after', '\nExample:\n  hexfix devices revoke 564341bee9b4caeb --as-owner --reason compromised')
    .action(async (kid, options) => (await import('./acts.ts')).revokeDevice(kid, options, openConsole(options)))
  remote(devices.command('relay').description('let another device carry the reports of this one, as the host'))
    .argument(...kidArgument)
    .option('--over <kid>', 'who carries them; without it the device of --dir', kid)
    .option('--dir <folder>', 'folder of the device that carries them', '.hexfix/device')
    .option('--withdraw', 'not any more')
    .addHelpText('after', '\nExample:\n  hexfix devices relay 564341bee9b4caeb --over adfc7ba1fe873db0')
    .action(async (kid, options) => (await import('./relay.ts')).relayDevice(kid, options, openConsole(options)))
  signed(devices.command('locate').description('assert where a device stands; the owner signs'))
    .argument(...kidArgument)
    .argument('<lat>', 'degrees north')
    .argument('<lng>', 'degrees east')
    .option('--gain <dbi>', 'antenna gain in dBi', '0')
    .option('--height <m>', 'metres above the sea', '0')
    .addHelpText('after', '\nExample:\n  hexfix devices locate 564341bee9b4caeb 51.5033 -0.1195 --gain 4 --height 12')
    .action(async (kid, lat, lng, options) =>
      (await import('./acts.ts')).locateDevice(kid, lat, lng, options, openConsole(options)),
    )
}

const addUpdating = (devices: Command): void => {
  remote(
    devices.command('update').description('have devices run a release; it is offered until they do, or time is up'),
  )
    .argument('[kid...]', '16 hex digits each; none for all of --board', kids)
    .requiredOption('--release <firmware>', 'its firmware sequence, as in `hexfix gw release list`', wholeNumber(0))
    .option('--board <id>', 'the board, where it is not known; without a kid every device of it')
    .option('--percent <number>', 'of the devices of a board, always the same first ones', wholeNumber(1, 100), 100)
    .option('--expires <hours>', 'how long it is offered', wholeNumber(1, 8_760), 720)
    .addHelpText(
      'after',
      '\nExamples:\n  hexfix devices update 564341bee9b4caeb --release 3\n  hexfix devices update --board rpi-4 --release 3 --percent 10',
    )
    .action(async (kids, options) => (await import('./update.ts')).updateDevices(kids, options, openConsole(options)))
  remote(devices.command('updates').description('how far updates came'))
    .argument('[kid]', '16 hex digits; without it those of every device', kid)
    .addHelpText('after', '\nExample:\n  hexfix devices updates')
    .action(async (kid, options) => (await import('./update.ts')).listUpdates(kid, options, openConsole(options)))
}

/** Commands about registered devices. */
export const addDevicesCommands = (program: Command): void => {
  const devices = program
    .command('devices')
    .description('list, show, claim, transfer, rotate, revoke, locate, update and label devices')
  addReading(devices)
  addChanging(devices)
  addUpdating(devices)
}
