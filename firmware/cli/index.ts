import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { Option } from 'commander'
import { jsonOption, neededOption, openConsole, wholeNumber } from '../../bin/console/index.ts'
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

/** Gives a command what `hexfix.json` of this folder says for it. Errors: project/malformed. */
export const fillFromProject = async (command: Command): Promise<Result<null>> =>
  existsSync('hexfix.json') ? (await import('./from-project.ts')).fillFromProject(command) : { ok: true, value: null }

const hardwareOption = (): Option =>
  new Option('--hardware <folder>', 'boards, parts and wirings of your own, on top of those that came along').env(
    'HEXFIX_HARDWARE',
  )

const initHelp = `
Examples:
  hexfix init porch --board espruino-wifi --sensor bme280
  hexfix init roof --board rpi-4 --app hotspot
  hexfix init trial --simulate`

const addInit = (program: Command): void => {
  program
    .command('init')
    .description('begin a device: a folder with its project, the wiring, and what is next')
    .argument('<folder>', 'a new folder; its last part is the name of the device')
    .option('--board <name>', 'as `hexfix boards list` names it')
    .option('--sensor <part>', 'the part that you have, as bme280; it chooses the application')
    .option('--app <name>', 'the application, where the sensor does not say it')
    .option('--simulate', 'without a board: this computer is the device, and replays a public record of weather', false)
    .option('--app-source', 'with the source of the application, to change it', false)
    .option('--gateway <url>', 'address of the API of a gateway elsewhere')
    .addOption(hardwareOption())
    .addOption(jsonOption())
    .addHelpText('after', initHelp)
    .action(async (folder, options) => (await import('./init.ts')).initCommand(folder, options, openConsole(options)))
}

/** Commands that bring software onto boards. What they run is loaded when they run. */
export const addFirmwareCommands = (program: Command): void => {
  addInit(program)
  program
    .command('build')
    .description('build an application for a board: what to flash, with a manifest of every file')
    .addOption(
      neededOption('--app <name>', 'weather-node, air-node, energy-meter, tracker, hotspot, or the path of a source'),
    )
    .addOption(neededOption('--board <name>', 'as `hexfix boards list` names it'))
    .addOption(neededOption('--out <folder>', 'a new folder, or one of an earlier build'))
    .option('--source <file>', 'the source of that application, where it is not the one that came along')
    .option('--config <file>', 'choices of the application as JSON; docs/building.md lists them')
    .option('--firmware <number>', 'its sequence: an update must have a higher one', wholeNumber(0, 4_294_967_295), 0)
    .option('--dev', 'leave the console of an Espruino open: whoever reaches it can read its key', false)
    .addOption(hardwareOption())
    .addOption(jsonOption())
    .addHelpText('after', buildHelp)
    .action(async (options) => (await import('./build.ts')).buildCommand(options, openConsole(options)))

  program
    .command('flash')
    .description('write an image to a board, read it back, and wait for its hello')
    .option('--board <name>', 'a known board, or the path of its manifest; a build says it itself')
    .option(
      '--image <path>',
      'the folder of a build; or Intel HEX for an Arduino, JavaScript for Espruino, files for Linux; in the folder of a project it is built',
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
