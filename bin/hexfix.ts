import { Command, CommanderError } from 'commander'
import { addDeviceCommands } from '../device-sdk/cli/index.ts'
import { addFirmwareCommands, findPort } from '../firmware/cli/index.ts'
import { addGatewayCommands } from '../gateway/cli/index.ts'
import { addHardwareCommands } from '../hardware/cli/index.ts'
import manifest from '../package.json' with { type: 'json' }
import { addProvisioningCommands } from '../provisioning/cli/index.ts'
import { endWithReader, fatal, wrongUse } from './console/index.ts'

const wrongUseStatus = 2

const program = new Command('hexfix')
  .description(
    'Sensors and hotspots that anybody can verify: devices sign, a gateway judges, everyone recomputes the shares.',
  )
  .version(manifest.version)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(wrongUse(text)) })
  .addHelpText(
    'after',
    '\nExample, each in a terminal of its own:\n  hexfix gw up\n  hexfix provision --local && hexfix device run',
  )

endWithReader()
addGatewayCommands(program)
addProvisioningCommands(program, findPort)
addDeviceCommands(program)
addFirmwareCommands(program)
addHardwareCommands(program)

/** Commander's own exits are all wrong use but for help and version. */
const exitStatus = (error: CommanderError): number => (error.exitCode === 0 ? 0 : wrongUseStatus)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = exitStatus(error)
  else {
    process.stderr.write(fatal(error))
    process.exitCode = 1
  }
}
