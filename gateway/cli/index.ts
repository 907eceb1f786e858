import type { Command } from 'commander'
import { dataOption, jsonOption, openConsole, wholeNumber } from '../../bin/console/index.ts'
import { addProofCommands } from './proof-commands.ts'
import { addReleaseCommands } from './release-commands.ts'

const portMax = 65_535

/** Commands of the gateway's host, and of whoever works with the wire format. What they run is loaded when they run. */
export const addGatewayCommands = (program: Command): void => {
  const gw = program.command('gw').description('run and look after a gateway')

  const configurable = (command: Command): Command =>
    command
      .option('--config <file>', 'configuration file (JSON)')
      .option('--data <folder>', 'data folder: store, key, admin token')
      .option('--net <number>', 'network that every signature binds', wholeNumber(0))
      .option('--mqtt-port <port>', 'MQTT port; 0 takes a free one', wholeNumber(0, portMax))
      .option('--http-port <port>', 'HTTP port; 0 takes a free one', wholeNumber(0, portMax))
      .option('--epoch-s <seconds>', 'length of an epoch', wholeNumber(5))
      .option('--ruleset <name>', 'the rules of coverage and rewards, as `hexfix poc verify --profile` has them')
      .addOption(jsonOption())

  configurable(gw.command('up').description('run the gateway until Ctrl-C'))
    .option('--log <level>', 'debug, info, warn or error; JSON lines on stderr', 'info')
    .addHelpText('after', '\nExample:\n  hexfix gw up --data /var/lib/hexfix --config gateway.json')
    .action(async (options) => (await import('./up.ts')).gatewayUp(options, openConsole(options)))

  configurable(gw.command('check').description('check configuration, keys, store, ports and verifier without starting'))
    .addHelpText('after', '\nExample:\n  hexfix gw check --config gateway.json')
    .action(async (options) => (await import('./check.ts')).gatewayCheck(options, openConsole(options)))

  configurable(gw.command('cert').description('make or renew the certificate for TLS; keys are made once'))
    .addHelpText('after', '\nExample:\n  hexfix gw cert --config gateway.json')
    .action(async (options) => (await import('./cert.ts')).gatewayCert(options, openConsole(options)))

  gw.command('audit')
    .description(
      "recover every signature of the devices' history; compare journals of acknowledged reports with the store",
    )
    .argument('[journal...]', 'journals written by `hexfix device run --journal FILE`')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw audit porch/journal.ndjson --data .hexfix/gateway')
    .action(async (journals, options) =>
      (await import('./audit.ts')).gatewayAudit(journals, options, openConsole(options)),
    )

  gw.command('schema')
    .description("add a schema of the network's own to the running gateway, which signs it")
    .argument('<file>', 'JSON: {"id", "name", "fields": [[name, unit, exponent, offset?], ...]}, id from 1024')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix gw schema soil.json --data .hexfix/gateway')
    .action(async (file, options) => (await import('./schema.ts')).gatewaySchema(file, options, openConsole(options)))

  addReleaseCommands(gw)
  addProofCommands(program)

  const wire = program.command('wire').description('check and sign messages of the wire format')

  wire
    .command('check')
    .description('verify, decode, encode again, sign again and flip every byte of the messages in a file')
    .argument(
      '<file>',
      'JSON with secretKey, publicKey, kid, net, mtype and messages of payload, cose and compact in hex',
    )
    .option('--refused', 'a file of messages that must be refused, each with its code')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  hexfix wire check test/vectors/wire_examples.json')
    .action(async (file, options) => (await import('./wire-check.ts')).wireCheck(file, options, openConsole(options)))

  wire
    .command('sign')
    .description('turn lines of hex payloads on stdin into lines of hex messages')
    .requiredOption('--key <file>', 'key file: 64 hex digits and a newline, mode 0600')
    .requiredOption('--net <number>', 'network', wholeNumber(0))
    .option('--mtype <number>', 'message type', wholeNumber(1, 10), 1)
    .option('--to <kid>', 'the addressed device, 16 hex digits')
    .option('--compact', 'payload || signature in place of the tagged form')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  echo 84000000811900 | hexfix wire sign --key device.key --net 1')
    .action(async (options) => (await import('./wire-sign.ts')).wireSign(options, openConsole(options)))

  wire
    .command('connect')
    .description('print one MQTT password: a signed connect message in base64url')
    .requiredOption('--key <file>', 'key file: 64 hex digits and a newline, mode 0600')
    .requiredOption('--net <number>', 'network', wholeNumber(0))
    .requiredOption('--gateway <kid>', 'the gateway that it is for, 16 hex digits')
    .requiredOption('--boot <number>', 'boot counter', wholeNumber(0, 0xffff_ffff))
    .requiredOption('--n <number>', 'attempt within the boot: each takes a new one', wholeNumber(0, 0xffff_ffff))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  hexfix wire connect --key device.key --net 1 --gateway adfc7ba1fe873db0 --boot 7 --n 0',
    )
    .action(async (options) => (await import('./wire-sign.ts')).wireConnect(options, openConsole(options)))
}
