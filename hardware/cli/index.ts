import type { Command } from 'commander'
import { Option } from 'commander'
import { jsonOption, openConsole } from '../../bin/console/index.ts'

const hardwareOption = (): Option =>
  new Option(
    '--hardware <folder>',
    'boards, parts and wirings of your own, on top of those that came with this program',
  ).env('HEXFIX_HARDWARE')

/** Commands about boards and how to wire them. What they run is loaded when they run. */
export const addHardwareCommands = (program: Command): void => {
  const boards = program.command('boards').description('the boards that are known, their pins, and how to wire them')
  const add = (name: string, description: string): Command =>
    boards.command(name).description(description).addOption(hardwareOption()).addOption(jsonOption())

  add('list', 'every board, and how far it was tested')
    .addOption(new Option('--runtime <name>', 'only boards that run it').choices(['node', 'espruino', 'firmata']))
    .addOption(
      new Option('--tested <how>', 'only boards tested so').choices(['bench', 'emulated', 'profile', 'untested']),
    )
    .option('--app <name>', 'only boards that carry it')
    .addHelpText('after', '\nExample:\n  hexfix boards list --app weather-node')
    .action(async (options) => (await import('./boards.ts')).listBoards(options, openConsole(options)))
  add('show', 'one board: facts, pins, applications, sources')
    .argument('<board>', 'as `hexfix boards list` names it')
    .addHelpText('after', '\nExample:\n  hexfix boards show espruino-wifi')
    .action(async (board, options) => (await import('./boards.ts')).showBoard(board, options, openConsole(options)))
  add('draw', 'draw the pins of a board, or the wiring of an application, as SVG')
    .argument('<board>', 'as `hexfix boards list` names it')
    .option('--app <name>', 'with its parts and every wire')
    .option('--out <file>', 'write there and not to the terminal')
    .addHelpText('after', '\nExample:\n  hexfix boards draw rpi-4 --app weather-node --out weather.svg')
    .action(async (board, options) => (await import('./draw.ts')).drawCommand(board, options, openConsole(options)))
  add('check', 'check wirings: pins, buses, addresses, voltages, currents')
    .option('--board <id>', 'only on this board')
    .option('--app <name>', 'only of this application')
    .addHelpText('after', '\nExample:\n  hexfix boards check --hardware my-hardware')
    .action(async (options) => (await import('./check.ts')).checkCommand(options, openConsole(options)))
}
