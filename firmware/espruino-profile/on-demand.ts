import { parse } from 'acorn'
import { childrenOf, isFunction, type Scope, scopeOf, type Tree } from './scopes.ts'

/** Modules, by their paths in the bundle, and the one function of each that is called from elsewhere. */
export type OnDemandModules = { readonly [module: string]: string }

/** What a bundle declares, in the order of its lines; `uses` are names of others of these. */
type Declared = {
  readonly name: string
  readonly module: string
  readonly init: Tree
  readonly uses: ReadonlySet<string>
}
type Program = {
  readonly declared: ReadonlyMap<string, Declared>
  /** In order: a name that is declared, or a statement that does something. */
  readonly lines: readonly (string | Tree)[]
  /** What keeps a state, and stays where it is. */
  readonly variables: readonly string[]
}

const pureMakers = ['Uint8Array', 'Int32Array', 'Float64Array', 'ArrayBuffer', 'DataView']

/** Making it twice is making it once. */
const isPure = (node: Tree): boolean => {
  if (isFunction(node) || node.type === 'Literal') return true
  if (node.type === 'NewExpression' && !pureMakers.includes((node.callee as Tree).name as string)) return false
  const made = [
    'NewExpression',
    'ArrayExpression',
    'ObjectExpression',
    'Property',
    'UnaryExpression',
    'BinaryExpression',
  ]
  return made.includes(node.type) && childrenOf(node).every((child) => child.type === 'Identifier' || isPure(child))
}

/** Names that something is written to after they were declared. */
const written = (node: Tree, found: Set<string> = new Set()): Set<string> => {
  const target =
    node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : null
  if ((target as Tree | null)?.type === 'Identifier') found.add((target as Tree).name as string)
  for (const child of childrenOf(node)) written(child, found)
  return found
}

/** Names that stand for variables, whichever: more than there are cost room, and harm nothing. */
const namesIn = (node: Tree, found: Set<string> = new Set()): Set<string> => {
  if (node.type === 'Identifier') found.add(node.name as string)
  for (const child of childrenOf(node)) {
    const isPlain =
      node.computed !== true && (child === node.property || (child === node.key && node.shorthand !== true))
    if (!isPlain) namesIn(child, found)
  }
  return found
}

/** @param code - as esbuild writes it without minifying: each module after a comment with its path. */
const readProgram = (code: string): Program => {
  const comments: { readonly end: number; readonly value: string }[] = []
  const onComment = (_: boolean, value: string, __: number, end: number): void => {
    comments.push({ end, value: value.trim() })
  }
  const body = parse(code, { ecmaVersion: 'latest', sourceType: 'module', onComment }).body as unknown as Tree[]
  const moduleAt = (at: number): string => comments.findLast(({ end }) => end <= at)?.value ?? ''
  const declarations = body
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap((node) => (node.declarations as Tree[]).map((one) => [one, moduleAt(node.start)] as const))
    .filter(([{ init }]) => init !== null)
  const all = new Set(declarations.map(([{ id }]) => (id as Tree).name as string))
  const declared = new Map(
    declarations.map(([{ id, init }, module]) => {
      const name = (id as Tree).name as string
      const uses = new Set([...namesIn(init as Tree)].filter((one) => all.has(one) && one !== name))
      return [name, { name, module, init: init as Tree, uses }]
    }),
  )
  const lines = body.flatMap((node): (string | Tree)[] =>
    node.type === 'VariableDeclaration'
      ? (node.declarations as Tree[]).map(({ id }) => (id as Tree).name as string)
      : node.type === 'ExportNamedDeclaration'
        ? []
        : [node],
  )
  return { declared, lines, variables: body.flatMap((node) => [...written(node)]) }
}

const reached = ({ declared }: Program, from: Iterable<string>, closed: string | null): Set<string> => {
  const found = new Set<string>()
  const visit = (name: string): void => {
    if (name === closed || found.has(name)) return
    found.add(name)
    for (const one of declared.get(name)?.uses ?? []) visit(one)
  }
  for (const name of from) visit(name)
  return found
}

/** Names that the function binds itself: what moves into it must mean none of these. */
const boundIn = (node: Tree): Set<string> => {
  const scope: Scope = scopeOf(node, scopeOf({ type: 'Program', body: [] } as unknown as Tree, null))
  return new Set([...scope.names.keys(), ...scopeOf(node.body as Tree, scope).names.keys()])
}

/** For each name that moves: into which function. */
const homesOf = (program: Program, functions: readonly string[]): Map<string, string> => {
  const { declared, lines, variables } = program
  const all = [...declared.values()]
  const stays = new Set<string>([
    ...variables,
    ...lines.flatMap((line) => (typeof line === 'string' ? [] : [...namesIn(line)])),
    ...all.filter(({ init }) => !isPure(init)).map(({ name }) => name),
  ])
  for (;;) {
    const everything = reached(program, stays, null)
    const only = functions.map((name) => {
      const others = reached(program, stays, name)
      return [name, [...everything].filter((one) => one !== name && !others.has(one))] as const
    })
    only.sort(([, a], [, b]) => b.length - a.length)
    // The smallest comes last and holds.
    const homes = new Map(only.flatMap(([name, inside]) => inside.map((one) => [one, name] as const)))
    const clash = [...homes].find(([name, home]) => {
      const bound = boundIn(declared.get(home)?.init as Tree)
      return bound.has(name) || [...(declared.get(name)?.uses ?? [])].some((one) => bound.has(one))
    })
    if (clash === undefined) return homes
    stays.add(clash[0])
  }
}

/**
 * Moves into each of these functions what nobody else uses.
 *
 * Why: to Espruino a function that waits to be called is six variables and more, with all that stands beside it; but what stands inside of
 * it is text in flash until it is called, and memory again after. What of it a timer or a caller holds stays until they let go.
 * @param code - a module as esbuild writes it without minifying.
 */
export const onDemand = (code: string, modules: OnDemandModules): string => {
  const program = readProgram(code)
  const { declared, lines } = program
  // Where two modules use a name, esbuild puts a number behind it.
  const functions = [...declared.values()]
    .filter(({ name, module }) => name.replace(/\d+$/, '') === modules[module]?.replace(/\d+$/, ''))
    .map(({ name }) => name)
  const homes = homesOf(program, functions)
  const write = (name: string): string => {
    const init = declared.get(name)?.init
    if (init === undefined) return name
    const inside = [...declared.keys()].filter((one) => homes.get(one) === name)
    if (inside.length === 0) return `${name} = ${code.slice(init.start, init.end)}`
    const body = init.body as Tree
    const moved = inside.map((one) => `var ${write(one)};\n`).join('')
    const own = code.slice(body.start, body.end)
    const rest = body.type === 'BlockStatement' ? own.slice(1) : `return ${own};}`
    return `${name} = ${code.slice(init.start, body.start).replace(/\($/, '')}{\n${moved}${rest}`
  }
  return lines
    .filter((line) => typeof line !== 'string' || !homes.has(line))
    .map((line) => (typeof line === 'string' ? `var ${write(line)};\n` : `${code.slice(line.start, line.end)}\n`))
    .join('')
}
