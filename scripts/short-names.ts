/**
 * Writes `firmware/espruino-profile/short-names.json`, by hand: `ESPRUINO_SOURCE=/path/to/Espruino npm run short-names`.
 * A property's name may be made short where our sources give it in a literal and nothing in Espruino's sources, a checkout of the
 * release that the profile is of, has it: no class, function, method, property or event of its interface, and no option that it
 * takes or field that it hands out.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'
import { transformSync } from 'esbuild'
import { keysIn } from '../firmware/espruino-profile/own-names.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const ours = [
  'device-sdk/espruino',
  'device-sdk/protocol',
  'device-sdk/sensors/parts',
  'firmware/apps',
  'firmware/runtime',
]
const theirs = ['src', 'libs', 'targets']
/** How a name stands in Espruino's C: in the comments that its interface is made of; read or set in an object; as an option; as an event. */
const ways = [
  /"(?:name|class)"\s*:\s*"(\w+)"/g,
  /\bjsv(?:Object|Get|Add|Find|Skip|ProcessIf|Remove|IsInstance)\w*\([^;]*?"(\w+)"/g,
  /\{\s*"(\w+)"\s*,\s*JSV_/g,
  /\bJS_EVENT_PREFIX\s*"(\w+)"/g,
]
const shortest = 3

const filesUnder = (folder: string, ends: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name))
    .map((name) => join(folder, name))

const source = process.env.ESPRUINO_SOURCE
if (source === undefined) throw new Error('ESPRUINO_SOURCE names no checkout of Espruino')
const known = new Set<string>()
for (const folder of theirs)
  for (const file of filesUnder(join(source, folder), /\.(c|cpp|h)$/)) {
    const text = readFileSync(file, 'latin1')
    for (const way of ways) for (const [, name = ''] of text.matchAll(way)) known.add(name)
  }
if (!['mapInPlace', 'scl', 'bitrate', 'debounce', 'ssid'].every((name) => known.has(name)))
  throw new Error(`${source} is no checkout of Espruino`)

const given = new Set<string>()
const sources = ours.flatMap((folder) => filesUnder(join(root, folder), /(?<!\.d)\.ts$/))
// What is baked into a bundle.
for (const file of [...sources, join(root, 'firmware/toolchain/build/espruino.ts')]) {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', target: 'es2022' })
  for (const key of keysIn(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }))) given.add(key)
}
const long = [...given].filter((name) => name.length >= shortest).sort()
const names = long.filter((name) => !known.has(name))
const [, release = '?'] = /^ *(\d+v\d+)/m.exec(readFileSync(join(source, 'ChangeLog'), 'utf8')) ?? []
const list = { comparedWith: `the sources of Espruino ${release}`, names: names.join(' ') }
writeFileSync(join(root, 'firmware/espruino-profile/short-names.json'), `${JSON.stringify(list, null, 2)}\n`)
console.log(
  `${names.length} names; left long, as Espruino has them: ${long.filter((name) => known.has(name)).join(' ')}`,
)
