import type { Command } from 'commander'
import { Option } from 'commander'
import { jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'

const flashHelp = `
Examples:
  hexfix flash --board uno --image StandardFirmata.hex
  hexfix flash --board uno --image StandardFirmata.hex --port /dev/ttyACM0 --json
  hexfix flash --image porch --host pi@porch.local
  hexfix flash --board rpi-4 --image bundle/ --card /media/bootfs,/media/rootfs`

const buildHelp = `
Examples:
  hexfix build --app weather-node --board rpi-4 --out porch
  hexfix build --app tracker --board espruino-wifi --config tracker.json --out tracker
  hexfix flash --image porch --host pi@porch.local`

/** The port of the board that is plugged in. Errors: board/none-found, flash/ambiguous. */
export const findPort = async (): Promise<Result<string>> => (await import('./find-port.ts')).findPort()

/** Commands that bring software onto boards. What they run is loaded when they run. */
export const addFirmwareCommands = (program: Command): void => {
  program
    .command('build')
    .description('build an application for a board: what to flash, with a manifest of every file')
    .requiredOption('--app <name>', 'weather-node, air-node, energy-meter, tracker, hotspot, or the path of a source')
    .requiredOption('--board <name>', 'as `hexfix boards list` names it')
    .requiredOption('--out <folder>', 'a new folder, or one of an earlier build')
    .option('--config <file>', 'choices of the application as JSON; docs/building.md lists them')
    .option('--firmware <number>', 'its sequence: an update must have a higher one', wholeNumber(0, 4_294_967_295), 0)
    .option('--dev', 'leave the console of an Espruino open: whoever reaches it can read its key', false)
    .addOption(
      new Option('--hardware <folder>', 'boards, parts and wirings of your own, on top of those that came along').env(
        'HEXFIX_HARDWARE',
      ),
    )
    .addOption(jsonOption())
    .addHelpText('after', buildHelp)
    .action(async (options) => (await import('./build.ts')).buildCommand(options, openConsole(options)))

  program
    .command('flash')
    .description('write an image to a board, read it back, and wait for its hello')
    .option('--board <name>', 'a known board, or the path of its manifest; a build says it itself')
    .requiredOption(
      '--image <path>',
      'the folder of a build; or Intel HEX for an Arduino, JavaScript for Espruino, files for Linux',
    )
    .option('--port <path>', 'the serial port; without it the one whose USB device is this board')
    .option('--no-hello', 'do not wait for the hello of what was flashed')
    .option('--host <user@host>', 'a board with Linux, over ssh')
    .option('--ssh-config <file>', 'another configuration of ssh than your own')
    .option('--card <boot,root>', 'a board with Linux, by the two mounted folders of its card')
    .option('--folder <path>', 'where bundles stand on the board', '/opt/hexfix')
    .option('--start <command>', 'starts the bundle, with --host; that of a build is its install.sh --here')
    .option('--hello-by <command>', 'succeeds once it is well', 'systemctl is-active --quiet hexfix-device')
    .option('--hello-within <seconds>', 'how long it may take', wholeNumber(0, 3_600), 30)
    .addOption(jsonOption())
    .addHelpText('after', flashHelp)
    .action(async (options) => (await import('./flash.ts')).flashCommand(options, openConsole(options)))

  program
    .command('ports')
    .description('list serial ports, and which board each can be')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix ports')
    .action(async (options) => (await import('./ports.ts')).portsCommand(openConsole(options)))
}
