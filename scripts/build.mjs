/** Bundles the ways in to `dist/`. Runs in `prepare` and `prestart`, so it needs nothing but node and esbuild. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const entries = {
  hexfix: 'bin/hexfix.ts',
  start: 'demo/start.ts',
  'device-sdk': 'device-sdk/index.ts',
  // A thread begins with a file of its own.
  'verify-worker': 'gateway/verifier/verify-worker.ts',
  // The board that `npm start` runs as a process beside it.
  arduino: 'test/emulators/arduino-process.ts',
}
// Why: commander is part of every start, and one file less to find halves its cost. The rest is loaded where it is used.
const bundled = ['commander']

const absent = Object.values(entries).filter((file) => !existsSync(`${root}${file}`))
if (absent.length > 0) {
  console.error(
    `build: cannot bundle, because ${absent.join(', ')} is not there. Restore it, or change scripts/build.mjs.`,
  )
  process.exit(1)
}

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })

// dist/types belongs to `prepack`: npm runs `prepare`, and so this file, after it.
const dist = `${root}dist`
if (existsSync(dist)) {
  for (const name of readdirSync(dist)) if (name !== 'types') rmSync(`${dist}/${name}`, { recursive: true })
}

// johnny-five is no dependency of the package, and `hexfix build` bundles it from here. One file: both ways into it share what
// they know of a board.
await build({
  absWorkingDir: root,
  stdin: {
    contents: 'exports.main = require("johnny-five"); exports.sip = require("johnny-five/lib/sip.js")',
    resolveDir: root,
  },
  outfile: 'dist/johnny-five.cjs',
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: installed,
  logLevel: 'error',
})
const johnnyFive = {
  name: 'johnny-five',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^johnny-five(\/lib\/sip\.js)?$/ }, ({ path }) => ({ path, namespace: 'johnny-five' }))
    onResolve({ filter: /johnny-five\.cjs$/ }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /.*/, namespace: 'johnny-five' }, ({ path }) => ({
      // As a chunk sees it.
      contents: `import five from '../johnny-five.cjs'\nexport default five.${path === 'johnny-five' ? 'main' : 'sip'}`,
    }))
  },
}
await build({
  absWorkingDir: root,
  entryPoints: entries,
  plugins: [johnnyFive],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: installed.filter((name) => !bundled.includes(name)),
  chunkNames: 'chunks/[name]-[hash]',
  // Names stay, so that a trace can be read.
  minifyWhitespace: true,
  // The shebang is for hexfix.js; elsewhere it is a comment. `require` is for commander, which is
  // CommonJS; esbuild renames a `require` of ours, but not what else a banner declares, so that name is an odd one.
  banner: {
    js: [
      '#!/usr/bin/env node',
      "import { createRequire as __bannerCreateRequire } from 'node:module'",
      'const require = __bannerCreateRequire(import.meta.url)',
    ].join('\n'),
  },
  logLevel: 'warning',
})
const page = `${root}gateway/dashboard/page`
await build({
  absWorkingDir: root,
  entryPoints: { app: `${page}/app.ts` },
  outdir: 'dist/page',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'warning',
})
for (const name of ['index.html', 'style.css']) copyFileSync(`${page}/${name}`, `${dist}/page/${name}`)
chmodSync(`${dist}/hexfix.js`, 0o755)
// The notices of others travel with what the bundle carries of them.
copyFileSync(`${root}NOTICES.md`, `${dist}/NOTICES.md`)

// Boards, parts and wirings are data, found by listing their folders: they travel as they are, but for the white space.
for (const kind of ['boards', 'parts', 'wiring']) {
  mkdirSync(`${dist}/hardware/${kind}`, { recursive: true })
  for (const name of readdirSync(`${root}hardware/${kind}`)) {
    const value = JSON.parse(readFileSync(`${root}hardware/${kind}/${name}`, 'utf8'))
    writeFileSync(`${dist}/hardware/${kind}/${name}`, JSON.stringify(value))
  }
}
