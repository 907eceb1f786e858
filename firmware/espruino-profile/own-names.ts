import { type Node, parse } from 'acorn'
import { childrenOf, type Tree } from './scopes.ts'
import list from './short-names.json' with { type: 'json' }

/** Names that our sources give, and that none of them declares of the firmware. `npm run short-names` writes the list. */
const mayBeShort: ReadonlySet<string> = new Set(list.names.split(' '))

/** The names of properties that a program gives in its literals. */
export const keysIn = (program: Node): Set<string> => {
  const keys = new Set<string>()
  const visit = (node: Tree): void => {
    const key = node.key as Tree | undefined
    if (node.type === 'Property' && node.computed !== true && key?.type === 'Identifier') keys.add(key.name as string)
    for (const child of childrenOf(node)) visit(child)
  }
  visit(program as Tree)
  return keys
}

/** Every text that stands in a program. */
const textsIn = (node: Tree, texts: Set<string>): Set<string> => {
  if (node.type === 'Literal' && typeof node.value === 'string') texts.add(node.value)
  for (const child of childrenOf(node)) textsIn(child, texts)
  return texts
}

/**
 * The names of properties that a program gives in its literals and that may be made short. A name that also stands as a text is
 * left alone, for it may be looked up by it.
 * @param spoken - words of an application's own sources, which may tell the firmware what ours do not: these stay too.
 */
export const ownNames = (code: string, spoken: ReadonlySet<string>): string[] => {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
  const texts = textsIn(program as unknown as Tree, new Set())
  const isOurs = (name: string): boolean => mayBeShort.has(name) && !texts.has(name) && !spoken.has(name)
  return [...keysIn(program)].filter(isOurs).sort()
}
