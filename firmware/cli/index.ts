import type { Command } from 'commander'
import { jsonOption, openConsole } from '../../bin/console/index.ts'

const flashHelp = `
Examples:
  hexfix flash --board uno --image StandardFirmata.hex
  hexfix flash --board uno --image StandardFirmata.hex --port /dev/ttyACM0 --json`

/** Commands that bring software onto boards. What they run is loaded when they run. */
export const addFirmwareCommands = (program: Command): void => {
  program
    .command('flash')
    .description('write an image to a board, read it back, and wait for its hello')
    .requiredOption('--board <name>', 'a known board, or the path of its manifest')
    .requiredOption('--image <file>', 'Intel HEX for an Arduino, JavaScript for Espruino')
    .option('--port <path>', 'the serial port; without it the one whose USB device is this board')
    .option('--no-hello', 'do not wait for the hello of what was flashed')
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
