import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { build } from 'esbuild'
import { onDemandModules } from '../../device-sdk/espruino/index.ts'
import { numbers } from './numbers.ts'
import { onDemand } from './on-demand.ts'
import { ownNames } from './own-names.ts'

/** One script for the interpreter. */
export type DeviceBundle = {
  readonly code: string
  /** The same before it was made small, with the map that leads from it to its sources: for the check. */
  readonly plain: { readonly code: string; readonly map: string }
  readonly metafile: Metafile
}

// What esbuild refuses, as it cannot write it in older words: the interpreter reads none of these.
const unsupported = [
  'destructuring',
  'default-argument',
  'rest-argument',
  'array-spread',
  'generator',
  'async-await',
  'new-target',
]

type Options = {
  readonly root?: string
  readonly plugins?: Plugin[]
  /** Give the program's own properties short names, as its variables have: flash is dear. */
  readonly shortNames?: boolean
  /**
   * Write its names as global ones: for the one program of a board. Why: there a function needs no list of its scopes, which takes one to
   * four variables of it.
   */
  readonly atRoot?: boolean
}

/** What both passes of esbuild are told. */
const common = {
  bundle: true,
  write: false,
  outfile: 'bundle.js',
  target: 'es2015',
  platform: 'neutral',
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'silent',
  supported: Object.fromEntries(unsupported.map((name) => [name, false])),
} as const

/** Every word of the sources that are not of this package. */
const spokenIn = ({ inputs }: Metafile, root: string): Set<string> => {
  const paths = Object.keys(inputs).filter((path) => !/^(device-sdk|firmware)\//.test(path))
  // What a plugin makes has no file.
  const files = paths.map((path) => resolve(root, path)).filter((path) => existsSync(path))
  return new Set(files.flatMap((path) => readFileSync(path, 'utf8').match(/\w+/g) ?? []))
}

/**
 * Bundles one source file for Espruino. Rejects with esbuild's own words for what it cannot write in ES2015.
 * The result is not yet checked: give it to `checkBundle`.
 * Exports of the entry are dropped; what others need it sets on `global`.
 */
export const bundleForEspruino = async (entry: string, options: Options = {}): Promise<DeviceBundle> => {
  const { outputFiles, metafile } = await build({
    ...common,
    absWorkingDir: options.root ?? process.cwd(),
    entryPoints: [entry],
    plugins: [numbers, ...(options.plugins ?? [])],
    metafile: true,
    format: 'esm',
    minifySyntax: true,
    // Whatever a tsconfig.json beside the source says: the same bytes everywhere.
    tsconfigRaw: { compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true } },
    sourcemap: 'external',
  })
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  const plain = { code: text('.js'), map: text('.map') }
  const spoken = (): Set<string> => spokenIn(metafile, options.root ?? process.cwd())
  const short = options.shortNames === true ? ownNames(plain.code, spoken()) : []
  const small = await build({
    ...common,
    stdin: { contents: onDemand(plain.code, onDemandModules), loader: 'js' },
    format: options.atRoot === true ? 'esm' : 'iife',
    minify: true,
    ...(short.length === 0 ? {} : { mangleProps: new RegExp(`^(${short.join('|')})$`) }),
  })
  return { code: small.outputFiles[0]?.text ?? '', plain, metafile }
}
