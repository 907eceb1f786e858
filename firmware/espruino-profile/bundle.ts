import { build } from 'esbuild'

/** One script for the interpreter, with the map that leads from it to its sources. */
export type DeviceBundle = { readonly code: string; readonly map: string }

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

/**
 * Bundles one source file for Espruino. Rejects with esbuild's own words for what it cannot write in ES2015.
 * The result is not yet checked: give it to `checkBundle`.
 * Exports of the entry are dropped; what others need it sets on `global`.
 */
export const bundleForEspruino = async (entry: string): Promise<DeviceBundle> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outfile: 'bundle.js',
    format: 'iife',
    target: 'es2015',
    platform: 'neutral',
    minify: true,
    charset: 'ascii',
    sourcemap: 'external',
    treeShaking: true,
    legalComments: 'none',
    logLevel: 'silent',
    supported: Object.fromEntries(unsupported.map((name) => [name, false])),
  })
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  return { code: text('.js'), map: text('.map') }
}
