import { Command, CommanderError } from 'commander'
import { addDeviceCommands } from '../device-sdk/cli/index.ts'
import { addFirmwareCommands, fillFromProject, findPort } from '../firmware/cli/index.ts'
import { addGatewayCommands } from '../gateway/cli/index.ts'
import { addHardwareCommands } from '../hardware/cli/index.ts'
import manifest from '../package.json' with { type: 'json' }
import { addProvisioningCommands } from '../provisioning/cli/index.ts'
import { checkNeeded, openConsole, wrongUse } from './console/index.ts'

const failedStatus = 1

/** Every command that there is, composed of what the rooms export. @param json - whether failures are documents too. */
export const makeProgram = (json: boolean): Command => {
  const console = openConsole({ json })
  const program = new Command('hexfix')
    .description(
      'Sensors and hotspots that anybody can verify: devices sign, a gateway judges, everyone recomputes the shares.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ outputError: (text) => console.finish(wrongUse(text), () => []) })
    .hook('preAction', async (_, command) => {
      const filled = await fillFromProject(command)
      if (!filled.ok) {
        console.finish(filled, () => [])
        throw new CommanderError(failedStatus, filled.error.code, '')
      }
      checkNeeded(command)
    })
    .addHelpText(
      'after',
      '\nExample, each in a terminal of its own:\n  hexfix gw up\n  hexfix provision --local && hexfix device run',
    )
  addGatewayCommands(program)
  addProvisioningCommands(program, findPort)
  addDeviceCommands(program)
  addFirmwareCommands(program)
  addHardwareCommands(program)
  return program
}
