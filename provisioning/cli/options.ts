import type { Command } from 'commander'
import { Option } from 'commander'
import { dataOption, jsonOption } from '../../bin/console/index.ts'

/** For commands that talk to a gateway. */
export const remote = (command: Command): Command =>
  command
    .addOption(dataOption())
    .option('--gateway <url>', 'address of the API; the admin token then comes from HEXFIX_ADMIN_TOKEN')
    .option('--tls-spki <hex>', 'SHA-256 of the TLS key that must answer there, as `hexfix gw cert` shows it')
    .addOption(jsonOption())

export const defaultOwnerKey = '.hexfix/owner/owner.json'
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

const ownerKeyOption = (): Option =>
  new Option('--owner-key <file>', "the owner's key").env('HEXFIX_OWNER_KEY').default(defaultOwnerKey)

/** For commands that an owner signs. */
export const signed = (command: Command): Command =>
  remote(command)
    .addOption(ownerKeyOption())
    .option('--owner <address>', 'the owner signs in a wallet elsewhere: 0x and 40 hex digits')
    .option('--signature <hex|file|->', 'a signature of that wallet, for what an earlier run left; repeatable', collect)
    .option('--typed-data <file>', 'write what is to be signed there, and not to stdout')

/** For commands that give a small board the network to join. */
export const networked = (command: Command): Command =>
  command
    .option('--wifi-ssid <name>', 'the network over which a small board reaches the gateway by itself')
    .option('--wifi-password-file <file>', 'its passphrase, as the first line; - for stdin; asked for where absent')
    .option('--wifi-open', 'that network has no passphrase')

export const byOwner = (command: Command): Command => command.addOption(ownerKeyOption())
