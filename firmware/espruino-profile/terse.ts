import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { packets } from '../../device-sdk/espruino/index.ts'
import {
  commandStatuses,
  frameTypes,
  mtypes,
  ops,
  pieceFrames,
  refusals,
  updateStatuses,
  wifiStates,
} from '../../device-sdk/protocol/index.ts'

const tables: { readonly [table: string]: { readonly [name: string]: number } } = {
  commandStatuses,
  frameTypes,
  mtypes,
  ops,
  packets,
  pieceFrames,
  refusals,
  updateStatuses,
  wifiStates,
}
const named = new RegExp(`(?<![.\\w])(${Object.keys(tables).join('|')})\\.(\\w+)`, 'g')

/** What a failure says to people: nobody reads it on a board. */
const words = /\b(fail\('wire\/malformed'), (?:'[^']*'|`[^`]*`)\)/g
const moreWords = /\bmalformed\('[^']*'\)/g

/**
 * Writes sources as a board needs them: the protocol's numbers as numbers, for a table of their names is two variables for each, and
 * failures without the words for people.
 */
export const terse: Plugin = {
  name: 'terse',
  setup: ({ onLoad }) =>
    onLoad({ filter: /device-sdk.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(named, (all, table, name) => `${tables[table]?.[name] ?? all}`)
        .replace(words, '$1)')
        .replace(moreWords, "malformed('')"),
      loader: 'ts',
    })),
}
