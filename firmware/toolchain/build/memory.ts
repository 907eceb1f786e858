import { parse } from 'acorn'
import { childrenOf, isFunction, type Tree } from '../../espruino-profile/index.ts'

export type Signer = 'native' | 'javascript'
type Build = {
  /** The program as it is flashed. */
  readonly code: string
  readonly signer: Signer
  /** Rows of a report, and columns of all its sensors. */
  readonly batch: number
  readonly columns: number
  /** Functions around the program: with two places it is evaluated by the chooser. */
  readonly around: number
}

/** Counted in Espruino 2v29, 32 bits, variables of 13 B, as all of these: docs/building.md. What of bytes fits into one. */
const bytesOfVariable = 12
/** What is no function: the values of the loop, its timers, what links, signer and sensors hold. */
const variablesOfValues = 500
/** What is under way at the most beside what is counted: calls, and the functions on demand that one of them calls. */
const variablesUnderWay = 600
/** While it signs: docs/signing.md. The native one stays in flash. */
const variablesOfSigner = { native: 0, javascript: 565 }
/** Of a message, while it is built, signed and written into flash; and bytes of a cell there. */
const copiesOfMessage = 4
const bytesOfCell = 3

/** A function that waits: its name, itself, its code by reference in two, its parameters, and its scopes: none at the root, one, or a list. */
const functionAt = (node: Tree, depth: number): number =>
  4 + (node.params as unknown[]).length + (depth < 2 ? depth : depth + 2)

/** Functions in a node, but for those that stand in another one of them. */
const functionsOf = (node: Tree): Tree[] =>
  childrenOf(node).flatMap((child) => (isFunction(child) ? [child] : functionsOf(child)))

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** What stands while the deepest of a function's functions runs. */
const deepestIn = (node: Tree, depth: number): number => {
  const inside = functionsOf(node.body as Tree)
  return (
    sum(inside.map((one) => functionAt(one, depth + 1))) +
    Math.max(0, ...inside.map((one) => deepestIn(one, depth + 1)))
  )
}

/** Variables of the interpreter that a program takes at the most: an estimate that lies over what was measured. */
export const variablesOf = ({ code, signer, batch, columns, around }: Build): number => {
  const waiting = functionsOf(parse(code, { ecmaVersion: 'latest' }) as unknown as Tree)
  const rows = (1 + columns) * Math.ceil((8 * batch) / bytesOfVariable + 4)
  const message = copiesOfMessage * Math.ceil((bytesOfCell * batch * columns) / bytesOfVariable)
  const functions = sum(waiting.map((one) => functionAt(one, around)))
  const deepest = Math.max(0, ...waiting.map((one) => deepestIn(one, around)))
  return functions + variablesOfValues + variablesOfSigner[signer] + rows + message + deepest + variablesUnderWay
}

/** What the interpreter takes before there is a program: 56 on the Linux build, and as much again for what a board has besides. */
const variablesOfInterpreter = 112
/** Memory is in pieces: what has to be in one piece needs more than its size, and an estimate has an error. */
const shareKept = 0.1

/** How many of a board's variables a program may take. */
export const variablesFor = (board: number): number => Math.floor(board * (1 - shareKept)) - variablesOfInterpreter
