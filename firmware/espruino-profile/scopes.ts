import type { Node } from 'acorn'

/** A node of acorn, read by name: what a check of every kind of node needs. */
export type Tree = Node & { readonly [key: string]: unknown }

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

export const childrenOf = (node: Tree): Tree[] => {
  const children: Tree[] = []
  for (const value of Object.values(node)) {
    if (isTree(value)) children.push(value)
    else if (Array.isArray(value)) for (const one of value) if (isTree(one)) children.push(one)
  }
  return children
}

export const isFunction = (node: Tree): boolean =>
  ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)

export const nameOf = (node: unknown): string | null =>
  isTree(node) && node.type === 'Identifier' ? (node.name as string) : null

/** The names that a pattern of a declaration or a parameter list binds. */
export const boundBy = (node: unknown): string[] => {
  if (!isTree(node)) return []
  if (node.type === 'Identifier') return [node.name as string]
  if (node.type === 'MemberExpression') return []
  if (node.type === 'Property') return boundBy(node.value)
  if (node.type === 'AssignmentPattern') return boundBy(node.left)
  return childrenOf(node).flatMap(boundBy)
}

/** `end`: where the name exists from, as the interpreter runs line by line; null: from the start, as parameters do. */
export type Binding = { readonly end: number | null }
/** `owner` is the function, or the program, whose lines run in order; a block has the owner of what is around it. */
export type Scope = { readonly owner: Tree; readonly outer: Scope | null; readonly names: Map<string, Binding> }

export const opensScope = (node: Tree): boolean =>
  isFunction(node) ||
  ['BlockStatement', 'ForStatement', 'ForOfStatement', 'ForInStatement', 'SwitchStatement', 'CatchClause'].includes(
    node.type,
  )

const declare = (scope: Scope, names: readonly string[], end: number | null): void => {
  for (const name of names) if (!scope.names.has(name)) scope.names.set(name, { end })
}

/** `var` belongs to the function, however deep it stands. */
const collectVars = (scope: Scope, node: Tree): void => {
  if (isFunction(node)) return
  if (node.type === 'VariableDeclaration' && node.kind === 'var') declareAll(scope, node)
  for (const child of childrenOf(node)) collectVars(scope, child)
}
const declareAll = (scope: Scope, declaration: Tree): void => {
  for (const { id } of declaration.declarations as Tree[]) declare(scope, boundBy(id), (id as Tree).end)
}
const collectLexical = (scope: Scope, node: Tree): void => {
  for (const child of childrenOf(node)) {
    if (child.type === 'VariableDeclaration') declareAll(scope, child)
    if (child.type === 'FunctionDeclaration' || child.type === 'ClassDeclaration') {
      declare(scope, boundBy(child.id), child.end)
    }
    if (child.type === 'SwitchCase') collectLexical(scope, child)
  }
}

export const scopeOf = (node: Tree, outer: Scope | null): Scope => {
  const owner = isFunction(node) || outer === null ? node : outer.owner
  const scope: Scope = { owner, outer, names: new Map() }
  if (isFunction(node)) {
    declare(scope, (node.params as Tree[]).flatMap(boundBy), null)
    if (node.type === 'FunctionExpression') declare(scope, boundBy(node.id), null)
    collectVars(scope, node.body as Tree)
  } else if (node.type === 'CatchClause') declare(scope, boundBy(node.param), null)
  else {
    if (outer === null) for (const child of childrenOf(node)) collectVars(scope, child)
    collectLexical(scope, node)
  }
  return scope
}
