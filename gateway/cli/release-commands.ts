import type { Command } from 'commander'
import { dataOption, jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'

const sequenceMax = 0xffff_ffff

/** Commands about firmware that the gateway keeps for its devices. */
export const addReleaseCommands = (gw: Command): void => {
  const release = gw.command('release').description('firmware that devices can be updated to')
  release
    .command('add')
    .description('give the running gateway a build; a firmware sequence is never given twice for a board')
    .argument('<path>', 'the folder that `hexfix build` made, or a file with --board and --firmware')
    .option('--board <id>', 'the board that a file is for')
    .option('--firmware <sequence>', 'the firmware sequence of a file', wholeNumber(0, sequenceMax))
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw release add build/weather-node-rpi-4')
    .action(async (path, options) => (await import('./release.ts')).releaseAdd(path, options, openConsole(options)))
  release
    .command('list')
    .description('the releases of the running gateway')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw release list')
    .action(async (options) => (await import('./release.ts')).releaseList(options, openConsole(options)))
}
