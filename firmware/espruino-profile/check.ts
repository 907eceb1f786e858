import { SourceMap, type SourceMapPayload } from 'node:module'
import { parse } from 'acorn'
import { abilities, globals, members, type Rule, statics, typedArrays } from './abilities.ts'
import { childrenOf, nameOf, opensScope, type Scope, scopeOf, type Tree } from './scopes.ts'
import { syntaxRules } from './syntax.ts'

/** Something that works in Node and fails on the board. `line` and `column` count from 1, in `file`: the source if a map was given. */
export type Finding = {
  readonly rule: Rule
  readonly what: string
  readonly why: string
  readonly file: string
  readonly line: number
  readonly column: number
}

const memberNames = new Set([...members.values()].flatMap((names) => [...names]))
// What Node has on instances and the board has on none. Names that a program defines itself are its own affair.
const missingMembers = new Set(
  [Array, Uint8Array, ArrayBuffer, String, Number, Function, DataView, Date, RegExp, Promise, Object]
    .flatMap((type) => [type.prototype, Object.getPrototypeOf(type.prototype)])
    .flatMap((prototype) => (prototype === null ? [] : Object.getOwnPropertyNames(prototype)))
    .filter((name) => !memberNames.has(name)),
)
const builtIns = new Set([...globals, ...Object.getOwnPropertyNames(globalThis), 'Uint24Array'])

const keyName = (node: Tree, key: 'property' | 'key'): string | null => {
  const child = node[key] as Tree
  if (node.computed === true) return child.type === 'Literal' && typeof child.value === 'string' ? child.value : null
  return nameOf(child)
}

/** Every name that the program itself gives a property. */
const ownProperties = (node: Tree, names: Set<string>): Set<string> => {
  const name = ['Property', 'MethodDefinition', 'PropertyDefinition'].includes(node.type)
    ? keyName(node, 'key')
    : node.type === 'AssignmentExpression' && (node.left as Tree).type === 'MemberExpression'
      ? keyName(node.left as Tree, 'property')
      : null
  if (name !== null) names.add(name)
  for (const child of childrenOf(node)) ownProperties(child, names)
  return names
}

const find = (name: string, scope: Scope | null): Scope | null =>
  scope === null || scope.names.has(name) ? scope : find(name, scope.outer)

/** True where an identifier is a key or a label and reads no variable. */
const isPlainName = (node: Tree, parent: Tree | null): boolean =>
  parent !== null &&
  ((parent.type === 'MemberExpression' && parent.property === node && parent.computed !== true) ||
    (['Property', 'MethodDefinition', 'PropertyDefinition'].includes(parent.type) &&
      parent.key === node &&
      parent.computed !== true &&
      parent.shorthand !== true) ||
    ['LabeledStatement', 'BreakStatement', 'ContinueStatement', 'MetaProperty'].includes(parent.type))

/** `typeof name` asks whether there is such a thing, and may. */
const asksOnly = (parent: Tree | null): boolean => parent?.type === 'UnaryExpression' && parent.operator === 'typeof'

type Report = (rule: Rule, node: Tree, what: string) => void

const checkName = (node: Tree, parent: Tree | null, scope: Scope, report: Report): void => {
  const name = node.name as string
  if (isPlainName(node, parent)) return
  const home = find(name, scope)
  if (home === null) {
    if (!globals.has(name) && !asksOnly(parent)) report('missing global', node, name)
    return
  }
  const end = home.names.get(name)?.end ?? null
  // Only in the same function is it sure that the line runs before the declaration does.
  if (end !== null && home.owner === scope.owner && node.start < end && !isDeclared(node, parent)) {
    report('early use', node, name)
  }
}
const isDeclared = (node: Tree, parent: Tree | null): boolean =>
  parent !== null && (parent.id === node || ['ObjectPattern', 'ArrayPattern', 'Property'].includes(parent.type))

const checkMember = (node: Tree, parent: Tree | null, scope: Scope, own: ReadonlySet<string>, report: Report): void => {
  const property = keyName(node, 'property')
  if (property === null) return
  const object = node.object as Tree
  const type = nameOf(object)
  const what = type === null ? `.${property}` : `${type}.${property}`
  if (type !== null && builtIns.has(type) && find(type, scope) === null) {
    const family = (typedArrays as readonly string[]).includes(type) || type === 'Uint24Array' ? 'Uint8Array' : type
    const list = statics.get(family)
    const known = list === undefined || list.has(property) || ['prototype', 'length', 'name'].includes(property)
    if (!known && !asksOnly(parent) && !own.has(property)) report('missing static', node, what)
    return
  }
  const holder =
    object.type === 'MemberExpression' && keyName(object, 'property') === 'prototype' ? object.object : null
  const holderName = nameOf(holder)
  if (holderName !== null && members.has(holderName) && holderName !== 'Object' && memberNames.has(property)) {
    const assigned = parent?.type === 'AssignmentExpression' && parent.left === node
    if (!assigned) report('prototype value', node, `${holderName}.prototype.${property}`)
    return
  }
  if (missingMembers.has(property) && !own.has(property) && !asksOnly(parent)) report('missing member', node, what)
}

/**
 * Reads a final bundle and finds what this interpreter cannot run. `map` is the bundle's source map, as JSON.
 * It cannot see: a method called under a computed name, a method that only some types have, and a function that is
 * called from another one before its own definition has run. The context of this room catches the first two.
 */
export const checkBundle = (code: string, map?: string, name = 'bundle.js'): Finding[] => {
  const tree = parse(code, { ecmaVersion: 'latest', locations: true, allowReturnOutsideFunction: true })
  const sources = map === undefined ? null : new SourceMap(JSON.parse(map) as SourceMapPayload)
  const findings: Finding[] = []
  const report: Report = (rule, node, what) => {
    const start = node.loc?.start ?? { line: 1, column: 0 }
    const entry = sources?.findEntry(start.line - 1, start.column)
    const place =
      entry !== undefined && 'originalLine' in entry
        ? { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
        : { file: name, line: start.line, column: start.column + 1 }
    findings.push({ rule, what, why: `${rule}: Espruino ${abilities.syntax[rule]}`, ...place })
  }
  const root = tree as unknown as Tree
  const own = ownProperties(root, new Set())
  const visit = (node: Tree, parent: Tree | null, scope: Scope): void => {
    for (const rule of syntaxRules(node, code))
      report(rule, node, code.slice(node.start, Math.min(node.end, node.start + 40)))
    if (node.type === 'Identifier') checkName(node, parent, scope, report)
    if (node.type === 'MemberExpression') checkMember(node, parent, scope, own, report)
    const inside = opensScope(node) ? scopeOf(node, scope) : scope
    for (const child of childrenOf(node)) visit(child, node, child === node.id ? scope : inside)
  }
  visit(root, null, scopeOf(root, null))
  return findings
}
