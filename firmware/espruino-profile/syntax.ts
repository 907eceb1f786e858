import type { Rule } from './abilities.ts'
import { boundBy, childrenOf, isFunction, isTree, nameOf, type Tree } from './scopes.ts'

const byType: Readonly<Record<string, Rule>> = {
  ObjectPattern: 'destructuring',
  ArrayPattern: 'destructuring',
  AssignmentPattern: 'default parameter',
  RestElement: 'rest parameter',
  SpreadElement: 'spread',
  ChainExpression: 'optional chaining',
  LabeledStatement: 'label',
  PrivateIdentifier: 'private name',
  TaggedTemplateExpression: 'tagged template',
  WithStatement: 'with',
  MetaProperty: 'new.target',
  ImportExpression: 'import',
  ImportDeclaration: 'import',
  AwaitExpression: 'async',
}

const captures = (node: Tree, names: ReadonlySet<string>, inFunction: boolean): boolean => {
  const name = nameOf(node)
  if (name !== null) return inFunction && names.has(name)
  const inside = inFunction || isFunction(node)
  return childrenOf(node).some((child) => captures(child, names, inside))
}

const closesOverLoop = (node: Tree): boolean => {
  const head = node.type === 'ForStatement' ? node.init : node.left
  if (!isTree(head) || head.type !== 'VariableDeclaration' || head.kind === 'var') return false
  const names = new Set((head.declarations as Tree[]).flatMap((declarator) => boundBy(declarator.id)))
  return childrenOf(node).some((child) => captures(child, names, false))
}

const powersExactMax = 9

const numberOf = (node: Tree | undefined): number | null =>
  node?.type === 'Literal' && typeof node.value === 'number' ? node.value : null

/** A power of a whole number, as esbuild writes `2 ** n` too: only small whole exponents are multiplied out (jswrap_math_pow). */
const isWholePower = (node: Tree): boolean => {
  if (node.type !== 'CallExpression') return false
  const callee = node.callee as Tree
  if (nameOf(callee.object) !== 'Math' || nameOf(callee.property) !== 'pow') return false
  const [base, exponent] = (node.arguments as Tree[]).map(numberOf)
  const isSmall = typeof exponent === 'number' && exponent >= 0 && exponent <= powersExactMax
  return Number.isInteger(base) && !isSmall
}

const isIndexBelowZero = (node: Tree): boolean => {
  const index = node.type === 'MemberExpression' && node.computed === true ? (node.property as Tree) : null
  return index?.type === 'UnaryExpression' && index.operator === '-' && numberOf(index.argument as Tree) !== null
}

/** The rules that one node breaks by its shape alone. */
export const syntaxRules = (node: Tree, code: string): Rule[] => {
  const rules: Rule[] = []
  const rule = byType[node.type]
  if (rule !== undefined) rules.push(rule)
  if (node.operator === '**' || node.operator === '**=') rules.push('exponent')
  if (['??=', '||=', '&&='].includes(node.operator as string)) rules.push('logical assignment')
  if (node.computed === true && ['Property', 'MethodDefinition', 'PropertyDefinition'].includes(node.type)) {
    rules.push('computed key')
  }
  if (node.generator === true) rules.push('generator')
  if (node.async === true) rules.push('async')
  if (isWholePower(node)) rules.push('whole power')
  if (isIndexBelowZero(node)) rules.push('index below zero')
  if (node.type === 'Literal' && typeof node.bigint === 'string') rules.push('bigint')
  if (['ForStatement', 'ForOfStatement', 'ForInStatement'].includes(node.type) && closesOverLoop(node)) {
    rules.push('loop closure')
  }
  // `return`, a line end, and then something: ECMAScript ends the statement there, this interpreter reads on.
  if (
    node.type === 'ReturnStatement' &&
    node.argument === null &&
    /^return\s*\n\s*[^\s}]/.test(code.slice(node.start))
  ) {
    rules.push('return and line end')
  }
  return rules
}
