/**
 * Preloaded into a device: kills it with -9 at the Nth call that touches a file of its folder.
 * DRILL_FOLDER names the folder, DRILL_KILL is `before:N`, `torn:N` (half of what the first write from there on would write)
 * or `after:N`. Nothing of this is part of the product, which is run as it is.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const folder = process.env.DRILL_FOLDER ?? ''
const [phase, count] = (process.env.DRILL_KILL ?? '').split(':')
const at = Number(count)
const files = new Set()
let calls = 0

const die = () => process.kill(process.pid, 'SIGKILL')
const concerns = (target) => (typeof target === 'number' ? files.has(target) : String(target).startsWith(folder))
const half = (data) => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  return bytes.subarray(0, bytes.length >> 1)
}

const { openSync } = fs
fs.openSync = (path, ...more) => {
  const file = openSync(path, ...more)
  if (String(path).startsWith(folder)) files.add(file)
  return file
}

const writes = ['writeSync', 'writeFileSync', 'appendFileSync']
const others = ['fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'renameSync', 'closeSync']
for (const name of [...writes, ...others]) {
  const original = fs[name]
  fs[name] = (target, ...more) => {
    if (!concerns(target)) return original(target, ...more)
    calls++
    if (phase === 'before' && calls === at) die()
    if (phase === 'torn' && calls >= at && writes.includes(name)) {
      original(target, half(more[0]), ...more.slice(1))
      die()
    }
    const done = original(target, ...more)
    if (name === 'closeSync') files.delete(target)
    if (phase === 'after' && calls === at) die()
    return done
  }
}
syncBuiltinESMExports()
