import { relative, resolve } from 'node:path'
import { parse } from 'acorn'
import type { Metafile, Plugin } from 'esbuild'
import { build } from 'esbuild'
import { numbers } from './numbers.ts'
import type { Tree } from './scopes.ts'

/** Modules, from the root, and the one function that each is for. */
export type OnDemandModules = { readonly [module: string]: string }

/** What is reached from `entry` by imports when nobody goes through `closed`. Paths are those of a metafile. */
const reachedPast = ({ inputs }: Metafile, entry: string, closed: string): Set<string> => {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    if (path === closed || reached.has(path)) return
    reached.add(path)
    for (const one of inputs[path]?.imports ?? []) if (one.external !== true) visit(one.path)
  }
  visit(entry)
  return reached
}

const nodesOf = (code: string): Tree[] =>
  parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body as unknown as Tree[]

/** How many parameters the function of this name has. */
const arityOf = (nodes: readonly Tree[], name: string): number => {
  const declared = nodes.flatMap((node) => (node.type === 'VariableDeclaration' ? (node.declarations as Tree[]) : []))
  const found = declared.find(({ id }) => (id as Tree).name === name)?.init as Tree | undefined
  if (!Array.isArray(found?.params)) throw new Error(`evaluated on demand, and no function: ${name}`)
  return found.params.length
}

/** @param code - a module as esbuild writes it: imports of what is elsewhere, its statements, a list of exports. */
const wrapped = (code: string, name: string): string => {
  const nodes = nodesOf(code)
  const given = Array.from({ length: arityOf(nodes, name) }, (_, i) => `given${i}$`).join(', ')
  const text = ({ start, end }: Tree): string => code.slice(start, end)
  const imports = nodes.filter(({ type }) => type === 'ImportDeclaration')
  const moved = [...imports, ...nodes.filter(({ type }) => type === 'ExportNamedDeclaration')]
  // Lines stay lines, for the map.
  const rest = moved.reduce((left, node) => left.replace(text(node), (lines) => lines.replace(/[^\n]/g, '')), code)
  const [statements = '', ...map] = rest.split(/^(?=\/\/# sourceMappingURL)/m)
  const head = `${imports.map(text).join('')}export const ${name} = (${given}) => {`
  return `${head}${statements}return ${name}(${given})}\n${map.join('')}`
}

/**
 * Makes of each of these modules one function that holds all of it, with what nobody else imports:
 *
 *     export const f = (a, b) => { ...the module...; return f(a, b) }
 *
 * Why: to Espruino a function that waits to be called is six variables and more, but what stands inside of it is text in flash until it
 * is called, and memory again after. What of it a timer or a caller holds stays until they let go.
 * @param metafile - of the whole bundle, without this.
 */
export const onDemand = (modules: OnDemandModules, metafile: Metafile, root: string): Plugin => {
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)?.entryPoint ?? ''
  const all = Object.keys(metafile.inputs)
  const insideOf = new Map<string, ReadonlySet<string>>()
  for (const module of Object.keys(modules).filter((path) => all.includes(path))) {
    const elsewhere = reachedPast(metafile, entry, module)
    insideOf.set(module, new Set(all.filter((path) => path !== module && !elsewhere.has(path))))
  }
  const bundled = async (module: string): Promise<string> => {
    const outside: Plugin = {
      name: 'outside',
      setup: ({ onResolve }) =>
        onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
          const whole = resolve(resolveDir, path)
          if (kind === 'entry-point' || insideOf.get(module)?.has(relative(root, whole)) === true) return undefined
          return { path: whole, external: true, sideEffects: false }
        }),
    }
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [resolve(root, module)],
      plugins: [outside, pluginPast(module), numbers],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2015',
      platform: 'neutral',
      minifySyntax: true,
      charset: 'ascii',
      sourcemap: 'inline',
      logLevel: 'silent',
    })
    return wrapped(outputFiles[0]?.text ?? '', modules[module] ?? '')
  }
  /** @param itself - the module that is bundled. */
  const pluginPast = (itself: string | null): Plugin => ({
    name: 'on demand',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const module = relative(root, path)
        if (module === itself || !insideOf.has(module)) return undefined
        return { contents: await bundled(module), loader: 'js', resolveDir: root }
      }),
  })
  return pluginPast(null)
}
