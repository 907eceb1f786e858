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

/** Writes the protocol's numbers as numbers: a table of their names is two variables of a board for each. */
export const numbers: Plugin = {
  name: 'numbers',
  setup: ({ onLoad }) =>
    onLoad({ filter: /device-sdk.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(named, (all, table, name) => `${tables[table]?.[name] ?? all}`),
      loader: 'ts',
    })),
}
