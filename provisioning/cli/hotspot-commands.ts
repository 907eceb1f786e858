import type { Command } from 'commander'
import { kid, openConsole, wholeNumber } from '../../bin/console/index.ts'
import { remote, signed } from './options.ts'

const folder = ['--dir <folder>', "the hotspot's folder", '.hexfix/device'] as const

/** What an operator does with a hotspot. */
export const addHotspotCommands = (program: Command): void => {
  const hotspot = program
    .command('hotspot')
    .description('claim a hotspot, assert its place, see and understand its coverage')
  signed(
    hotspot.command('claim').description('make or open the key of a hotspot and register it; owner and hotspot sign'),
  )
    .option(...folder)
    .option('--name <name>', 'a name for people')
    .addHelpText('after', '\nExample:\n  hexfix hotspot claim --dir roof --name roof')
    .action(async (options) => (await import('./provision.ts')).claim(options, openConsole(options)))
  signed(
    hotspot.command('assert').description('say where it stands: shows what the place is worth, asks, the owner signs'),
  )
    .argument('<lat>', 'degrees north')
    .argument('<lng>', 'degrees east')
    .option(...folder)
    .option('--kid <kid>', 'a hotspot whose folder is not here', kid)
    .option('--gain <dbi>', 'antenna gain in dBi', '0')
    .option('--height <m>', 'metres above the sea', '0')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  hexfix hotspot assert 51.5033 -0.1195 --gain 4 --height 12')
    .action(async (lat, lng, options) =>
      (await import('./hotspot.ts')).assertPlace(lat, lng, options, openConsole(options)),
    )
  remote(hotspot.command('coverage').description('who hears it, whom it hears, and what became of what it submitted'))
    .argument('[kid]', '16 hex digits; without them the hotspot of --dir', kid)
    .option(...folder)
    .option('--epochs <n>', 'how many of the last epochs', wholeNumber(1, 1_000), 24)
    .addHelpText('after', '\nExample:\n  hexfix hotspot coverage --dir roof')
    .action(async (kid, options) => (await import('./hotspot.ts')).showCoverage(kid, options, openConsole(options)))
  remote(hotspot.command('why').description('what became of a receipt: measured, threshold, likely causes, what to do'))
    .argument('<receipt>', 'its number, as the device or the page shows it', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  hexfix hotspot why 1049')
    .action(async (receipt, options) =>
      (await import('./hotspot.ts')).explainReceipt(receipt, options, openConsole(options)),
    )
}
