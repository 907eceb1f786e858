import type { Command } from 'commander'
import { jsonOption, openConsole } from '../../bin/console/index.ts'
import { defaultOwnerKey } from './options.ts'

/** Commands about the key of a person who owns devices. */
export const addOwnerCommands = (program: Command): void => {
  const owner = program.command('owner').description("make, import and use the key of a devices' owner")
  const withFile = (command: Command): Command =>
    command.option('--file <file>', "the owner's key", defaultOwnerKey).addOption(jsonOption())

  withFile(owner.command('make').description('make a key, locked by a passphrase'))
    .addHelpText('after', '\nExample:\n  hexfix owner make')
    .action(async (options) => (await import('./owner.ts')).makeOwner(options, openConsole(options)))
  withFile(owner.command('import').description('bring a key: a file of geth or MetaMask, or 64 hex digits unseen'))
    .argument(
      '[keystore]',
      'a Web3 Secret Storage file of version 3; without it the digits come from a prompt or stdin',
    )
    .addHelpText('after', '\nExamples:\n  hexfix owner import UTC--2026-01-01--0x12ab.json\n  hexfix owner import')
    .action(async (path, options) => (await import('./owner.ts')).importOwner(path, options, openConsole(options)))
  withFile(owner.command('show').description('the address, without a passphrase'))
    .addHelpText('after', '\nExample:\n  hexfix owner show --json')
    .action(async (options) => (await import('./owner.ts')).showOwner(options, openConsole(options)))
  withFile(owner.command('export').description('a copy for geth or MetaMask, still locked'))
    .argument('<file>', 'where it goes')
    .addHelpText('after', '\nExample:\n  hexfix owner export for-metamask.json')
    .action(async (path, options) => (await import('./owner.ts')).exportOwner(path, options, openConsole(options)))
  withFile(owner.command('sign').description('show and sign typed data that somebody handed over'))
    .argument('<typed-data>', 'a JSON file, or - for stdin')
    .addHelpText('after', '\nExample:\n  hexfix owner sign transfer.json')
    .action(async (path, options) => (await import('./owner.ts')).signForOwner(path, options, openConsole(options)))
}
