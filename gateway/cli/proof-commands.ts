import type { Command } from 'commander'
import { dataOption, jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'

const epochOption = '--epoch <number>'
const cumulativeOption = [
  '--cumulative',
  'all that an address was owed until then, so that one proof claims it',
] as const

/** Commands of whoever recomputes what a gateway decided: none of them needs the gateway to run. */
export const addProofCommands = (program: Command): void => {
  const poc = program.command('poc').description('recompute proof of coverage')

  poc
    .command('verify')
    .description('judge a file of beacons and witnesses: a verdict for each, the shares, a summary')
    .requiredOption(
      '--profile <name>',
      'ruleset: first-coverage-1, helium-2026 or hexfix-2; or a .json file with what GET /v1/ruleset of a gateway answered',
    )
    .option(
      '--key <hex>',
      'the key that must have signed such a file; without it the key in the file, which proves less',
    )
    .requiredOption('--input <file>', 'NDJSON as in docs/coverage.md, its lines in any order')
    .requiredOption('--output <file>', 'NDJSON: verdicts, shares, summary')
    .option('--explain', 'add rule, margin and what would have turned it to each verdict')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  hexfix poc verify --profile helium-2026 --input world.ndjson --output verdicts.ndjson',
    )
    .action(async (options) => (await import('./poc-verify.ts')).pocVerify(options, openConsole(options)))

  poc
    .command('replay')
    .description('compute a closed epoch again from the log, and compare every byte with the store')
    .requiredOption(epochOption, 'number of the epoch', wholeNumber(0))
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix poc replay --epoch 20704 --data .hexfix/gateway')
    .action(async (options) => (await import('./poc-replay.ts')).pocReplay(options, openConsole(options)))

  poc
    .command('map')
    .description('coverage as trackers met it, by cells, and what that says about where hotspots stand')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix poc map --data .hexfix/gateway')
    .action(async (options) => (await import('./poc-map.ts')).pocMap(options, openConsole(options)))

  const rewards = program.command('rewards').description('shares of closed epochs, and proofs of them')

  rewards
    .command('show')
    .description('the shares of an epoch')
    .option(epochOption, 'number of the epoch; the newest without it', wholeNumber(0))
    .option(...cumulativeOption)
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix rewards show --epoch 20704')
    .action(async (options) => (await import('./rewards.ts')).rewardsShow(options, openConsole(options)))

  rewards
    .command('prove')
    .description("print the Merkle proof of a device's share, as JSON")
    .argument('<kid>', 'the device, 16 hex digits, or the address that is paid')
    .option(epochOption, 'number of the epoch; the newest without it', wholeNumber(0))
    .option(...cumulativeOption)
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix rewards prove adfc7ba1fe873db0 --epoch 20704 > proof.json')
    .action(async (kid, options) => (await import('./rewards.ts')).rewardsProve(kid, options, openConsole(options)))

  rewards
    .command('verify')
    .description('check a proof against the root that was published: needs no gateway and no network')
    .argument('<file>', 'what `hexfix rewards prove` printed')
    .option('--root <hex>', 'the published root, 64 hex digits; without it the root in the file, which proves less')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix rewards verify proof.json --root 7a3f...')
    .action(async (file, options) => (await import('./rewards.ts')).rewardsVerify(file, options, openConsole(options)))
}
