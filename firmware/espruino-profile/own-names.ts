import { parse } from 'acorn'
import { abilities, members, statics } from './abilities.ts'
import { childrenOf, type Tree } from './scopes.ts'

const words = (text: string): string[] => text.split(' ')
/** What the interpreter and the firmware call things: a program that renamed them would not be understood. */
const theirs = new Set([
  ...words(abilities.firmwareNames),
  ...words(abilities.globals),
  ...words(abilities.boardGlobals),
  ...[...members.values(), ...statics.values()].flatMap((names) => [...names]),
])
const isWorthIt = (name: string): boolean => name.length > 2 && /^[A-Za-z_]\w*$/.test(name)

/**
 * The names of properties that a program gives in its literals and to nobody else: these may be made short. A name that also
 * stands as a text is left alone, for it may be looked up by it.
 */
export const ownNames = (code: string): string[] => {
  const keys = new Set<string>()
  const texts = new Set<string>()
  const visit = (node: Tree): void => {
    const key = node.key as Tree | undefined
    if (node.type === 'Property' && node.computed !== true && key?.type === 'Identifier') keys.add(key.name as string)
    if (node.type === 'Literal' && typeof node.value === 'string') texts.add(node.value)
    for (const child of childrenOf(node)) visit(child)
  }
  visit(parse(code, { ecmaVersion: 'latest' }) as unknown as Tree)
  return [...keys].filter((name) => isWorthIt(name) && !theirs.has(name) && !texts.has(name)).sort()
}
