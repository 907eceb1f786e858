import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { makeProgram } from '../../bin/program.ts'

type Leaf = { readonly name: string; readonly command: Command }

/** Every command that does something, by its whole name: groups do nothing by themselves. */
const leavesOf = (command: Command, name = ''): Leaf[] => {
  const below = command.commands.flatMap((one) => leavesOf(one, `${name} ${one.name()}`.trim()))
  return command.commands.length === 0 || command.registeredArguments.length > 0 ? [...below, { name, command }] : below
}

const helpOf = (command: Command): string => {
  let help = ''
  command
    .configureOutput({
      writeOut: (text) => {
        help += text
      },
    })
    .outputHelp()
  return help
}

const leaves = leavesOf(makeProgram(false))

it('has the commands of a maker, an operator, an owner and a gateway host', () => {
  expect(leaves.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['flash', 'doctor', 'monitor', 'device run', 'hotspot why', 'gw up', 'gw audit', 'gw cert']),
  )
  expect(leaves.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['owner sign', 'provision batch', 'devices transfer', 'devices rotate', 'devices revoke']),
  )
})

it.each(leaves)(
  '$name says what it is for, explains itself with an example of itself, and has --json',
  ({ name, command }) => {
    const help = helpOf(command)
    expect(command.description()).not.toBe('')
    expect(help).toMatch(/^Examples?:/m)
    expect(help.slice(help.search(/^Examples?:/m))).toContain(`hexfix ${name}`)
    expect(command.options.some(({ long }) => long === '--json')).toBe(true)
  },
)
