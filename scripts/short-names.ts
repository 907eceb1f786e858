/**
 * Writes `firmware/espruino-profile/short-names.json`: the names of properties that a build may make short. Where ESPRUINO_SOURCE
 * names a checkout of Espruino, it also tells which names that we declare of the firmware stand nowhere in its sources.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, shortNames } from './short-names-list.ts'

/** How a name stands in Espruino's C: in the comments that its interface is made of; read or set in an object; as an option; as an event. */
const ways = [
  /"(?:name|class)"\s*:\s*"(\w+)"/g,
  /\bjsv(?:Object|Get|Add|Find|Skip|ProcessIf|Remove|IsInstance)\w*\([^;]*?"(\w+)"/g,
  /\{\s*"(\w+)"\s*,\s*JSV_/g,
  /\bJS_EVENT_PREFIX\s*"(\w+)"/g,
]

const namesOfEspruino = (source: string): Set<string> => {
  const known = new Set<string>()
  for (const folder of ['src', 'libs', 'targets'])
    for (const file of readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' }))
      if (/\.(c|cpp|h)$/.test(file)) {
        const text = readFileSync(join(source, folder, file), 'latin1')
        for (const way of ways) for (const [, name = ''] of text.matchAll(way)) known.add(name)
      }
  return known
}

const { names, declared } = shortNames()
writeFileSync(
  join(root, 'firmware/espruino-profile/short-names.json'),
  `${JSON.stringify({ names: names.join(' ') }, null, 2)}\n`,
)
const source = process.env.ESPRUINO_SOURCE
if (source !== undefined) {
  const known = namesOfEspruino(source)
  if (!['mapInPlace', 'bitrate', 'ssid'].every((name) => known.has(name))) throw new Error(`${source} is no Espruino`)
  console.log(
    `declared of the firmware, and not in Espruino's C: ${declared.filter((name) => !known.has(name)).join(' ')}`,
  )
  console.log(`made short, though Espruino has one for itself: ${names.filter((name) => known.has(name)).join(' ')}`)
}
