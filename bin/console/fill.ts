import type { Command } from 'commander'
import { Option } from 'commander'

const needed = new WeakSet<Option>()

/** An option that has to be named, on the command line or by the project of the folder: `checkNeeded` looks when both were read. */
export const neededOption = (flags: string, description: string): Option => {
  const option = new Option(flags, description)
  needed.add(option)
  return option
}

/** Ends as commander does for an option that it requires. */
export const checkNeeded = (command: Command): void => {
  const absent = command.options.find(
    (one) => needed.has(one) && command.getOptionValue(one.attributeName()) === undefined,
  )
  if (absent !== undefined) command.error(`error: required option '${absent.flags}' not specified`)
}

/** Whether somebody named an option, on the command line or in the environment. */
const isGiven = (command: Command, name: string): boolean =>
  ![undefined, 'default', 'implied'].includes(command.getOptionValueSource(name))

/** The command and those that it is below: commander gives an option that several have to the outer one. */
const lineage = (command: Command): Command[] =>
  command.parent === null ? [command] : [command, ...lineage(command.parent)]

/** Gives a command what a file says for options that nobody named. @param valuesOf - is told which ones somebody did. */
export const fillOptions = (
  command: Command,
  valuesOf: (given: (name: string) => boolean) => Readonly<Record<string, unknown>>,
): void => {
  const all = lineage(command)
  const given = (name: string): boolean => all.some((one) => isGiven(one, name))
  for (const [name, value] of Object.entries(valuesOf(given))) {
    if (value === undefined || given(name)) continue
    for (const one of all) {
      if (one.options.some((option) => option.attributeName() === name))
        one.setOptionValueWithSource(name, value, 'config')
    }
  }
}
