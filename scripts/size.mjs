/** Fails when the package, or what every command loads before it does anything, grows over its budget. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// With the sources that devices are built from.
const unpackedBytesMax = 3_000_000
const startBytesMax = 200_000

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [{ unpackedSize, files }] = JSON.parse(output.slice(output.search(/^\[/m)))
const paths = files.map(({ path }) => path)
const required = ['dist/hexfix.js', 'dist/device-sdk.js', 'dist/verify-worker.js', 'dist/types/device-sdk/index.d.ts']
const absent = required.filter((path) => !paths.includes(path))

/** The bytes of a bundled file and of all that it imports at once; `import()` is for later. */
const startBytes = (path, seen = new Set()) => {
  if (seen.has(path)) return 0
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  const imports = [...text.matchAll(/\b(?:from|import)\s*"(\.[^"]+)"/g)].map(([, to]) => join(dirname(path), to))
  return imports.reduce((bytes, to) => bytes + startBytes(to, seen), Buffer.byteLength(text))
}

const rows = [
  [`package, unpacked (${files.length} files)`, unpackedSize, unpackedBytesMax],
  ['dist/hexfix.js and what it loads at once', startBytes('dist/hexfix.js'), startBytesMax],
]
for (const [what, bytes, bytesMax] of rows) {
  console.log(`${bytes > bytesMax ? 'OVER' : 'ok  '}  ${what}: ${bytes} of ${bytesMax} bytes`)
}
for (const path of absent) console.log(`LOST  ${path} is not in the package: see "files" in package.json`)
process.exitCode = absent.length > 0 || rows.some(([, bytes, bytesMax]) => bytes > bytesMax) ? 1 : 0
