import type { Command } from 'commander'
import { fillOptions } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { isSpokenFor, projectOptions } from '../project/options.ts'
import { readProject } from '../project/project.ts'

const nameOf = (command: Command): string =>
  command.parent?.parent == null ? command.name() : `${nameOf(command.parent)} ${command.name()}`

/** Commands that talk to a gateway can be told where it is. */
const isRemote = ({ options }: Command): boolean => options.some((option) => option.attributeName() === 'gateway')

/** Gives a command what the project of this folder says, for options that nobody named. Errors: project/malformed. */
export const fillFromProject = async (command: Command): Promise<Result<null>> => {
  const name = nameOf(command)
  if (name === 'init' || !isSpokenFor(name, isRemote(command))) return ok(null)
  const project = await readProject('.')
  if (!project.ok) return project
  const { value } = project
  if (value !== null) fillOptions(command, (given) => projectOptions(value, name, given))
  return ok(null)
}
