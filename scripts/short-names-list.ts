import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'
import { transformSync } from 'esbuild'
import ts from 'typescript'
import { members, statics } from '../firmware/espruino-profile/abilities.ts'
import { keysIn } from '../firmware/espruino-profile/own-names.ts'

export const root = fileURLToPath(new URL('../', import.meta.url))
/** What bundles of small boards are made of. */
const folders = ['device-sdk/espruino', 'device-sdk/protocol', 'device-sdk/sensors/parts', 'firmware/runtime']
const baked = 'firmware/toolchain/build/espruino.ts'
const shortest = 3

const sources = (): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  )

/**
 * Names of members that a file declares of the firmware. Only by `declare` does a program of ours reach it, for everything else is
 * typed; so every member of a type in a file that declares something may be one of the firmware's.
 */
const declaredIn = (text: string): string[] => {
  if (!/^declare /m.test(text)) return []
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if ((ts.isPropertySignature(node) || ts.isMethodSignature(node)) && ts.isIdentifier(node.name))
      names.push(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest))
  return names
}

const givenIn = (text: string): Set<string> =>
  keysIn(
    parse(transformSync(text, { loader: 'ts', target: 'es2022' }).code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
    }),
  )

/** The names that may be made short, and those that our sources declare of the firmware. */
export const shortNames = (): { readonly names: string[]; readonly declared: string[] } => {
  const texts = sources().map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  const declared = new Set(texts.flatMap(({ text }) => declaredIn(text)))
  const language = new Set([...members.values(), ...statics.values()].flatMap((names) => [...names]))
  const given = new Set(givenIn(readFileSync(join(root, baked), 'utf8')))
  for (const { file, text } of texts) if (!file.endsWith('.d.ts')) for (const name of givenIn(text)) given.add(name)
  const isOurs = (name: string): boolean => name.length >= shortest && !declared.has(name) && !language.has(name)
  return { names: [...given].filter(isOurs).sort(), declared: [...declared].sort() }
}
