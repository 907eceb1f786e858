import { CommanderError } from 'commander'
import { endWithReader, fatal, openConsole } from './console/index.ts'
import { makeProgram } from './program.ts'

const wrongUseStatus = 2

/** Commander's own exits are all wrong use but for help and version. */
const exitStatus = (error: CommanderError): number => (error.exitCode === 0 ? 0 : wrongUseStatus)

endWithReader()
const json = process.argv.includes('--json')
try {
  await makeProgram(json).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode ??= exitStatus(error)
  else openConsole({ json }).finish(fatal(error), () => [])
}
