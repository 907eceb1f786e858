import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder with the sources that devices are built from: this package's own, above the sources and above the bundle. */
export const packageRoot = (): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'firmware/apps/board.d.ts'))) return folder
    if (folder === dirname(folder)) throw new Error('the sources of devices are not in this package')
  }
}

/** What esbuild is to know of TypeScript, whatever a `tsconfig.json` beside the source says: the same bytes everywhere. */
export const tsconfigRaw = { compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true } }
