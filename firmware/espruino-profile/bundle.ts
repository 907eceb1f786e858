import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { build } from 'esbuild'
import { onDemandModules } from '../../device-sdk/espruino/index.ts'
import { numbers } from './numbers.ts'
import { onDemand } from './on-demand.ts'
import { ownNames } from './own-names.ts'

/** One script for the interpreter, with the map that leads from it to its sources. */
export type DeviceBundle = { readonly code: string; readonly map: string; readonly metafile: Metafile }

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

const bundleOnce = async (
  entry: string,
  options: Options,
  wrap: readonly Plugin[],
  mangle: readonly string[],
): Promise<DeviceBundle> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: options.root ?? process.cwd(),
    entryPoints: [entry],
    plugins: [...wrap, ...(options.plugins ?? [])],
    ...(mangle.length === 0 ? {} : { mangleProps: new RegExp(`^(${mangle.join('|')})$`) }),
    metafile: true,
    bundle: true,
    write: false,
    outfile: 'bundle.js',
    format: options.atRoot === true ? 'esm' : 'iife',
    target: 'es2015',
    platform: 'neutral',
    minify: true,
    charset: 'ascii',
    // Whatever a tsconfig.json beside the source says: the same bytes everywhere.
    tsconfigRaw: { compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true } },
    sourcemap: 'external',
    treeShaking: true,
    legalComments: 'none',
    logLevel: 'silent',
    supported: Object.fromEntries(unsupported.map((name) => [name, false])),
  })
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  return { code: text('.js'), map: text('.map'), metafile }
}

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
  const whole = await bundleOnce(entry, options, [], [])
  const wrap = [onDemand(onDemandModules, whole.metafile, options.root ?? process.cwd()), numbers]
  const bundle = await bundleOnce(entry, options, wrap, [])
  if (options.shortNames !== true) return bundle
  const spoken = spokenIn(whole.metafile, options.root ?? process.cwd())
  return bundleOnce(entry, options, wrap, ownNames(bundle.code, spoken))
}
