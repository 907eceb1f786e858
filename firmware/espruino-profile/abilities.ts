import list from './abilities.json' with { type: 'json' }

/** What the interpreter of Espruino 2v29 can do, tried one by one. `syntax` says what each construct that fails does there. */
export const abilities = list

export type Rule = keyof typeof list.syntax

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').filter((word) => word !== ''))
const tables = (lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(Object.entries(lists).map(([name, text]) => [name, words(text)]))

/** Of the interpreter, tried; and what boards have besides: pins and buses, by their pages of espruino.com. */
export const globals = words(`${list.globals} ${list.boardGlobals}`)
export const statics = tables(list.statics)
export const members = tables(list.members)

/** The typed arrays share one list of members. */
export const typedArrays = [
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const
