/**
 * Preloaded into a device: kills it with -9 at the Nth call that touches a file of its folder.
 * DRILL_FOLDER names the folder, DRILL_KILL is `before:N`, `torn:N` (half of what the first write from there on would write, or one file of what it would remove)
 * or `after:N`; `count` kills nothing and says how many there were. Nothing of this is part of the product, which is run as it is.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const folder = process.env.DRILL_FOLDER ?? ''
const [phase, count] = (process.env.DRILL_KILL ?? '').split(':')
const at = Number(count)
const files = new Set()
let calls = 0
/** Node's own functions call each other. */
let isInside = false

const die = () => process.kill(process.pid, 'SIGKILL')
const concerns = (target) => (typeof target === 'number' ? files.has(target) : String(target).startsWith(folder))
/** The half of what a call would write; `writeSync` may name a part of a buffer. */
const half = (name, [data, offset = 0, length = data.length - offset]) => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  return name === 'writeSync' ? bytes.subarray(offset, offset + (length >> 1)) : bytes.subarray(0, bytes.length >> 1)
}

const { openSync } = fs
fs.openSync = (path, ...more) => {
  const file = openSync(path, ...more)
  if (String(path).startsWith(folder)) files.add(file)
  return file
}

const writes = ['writeSync', 'writeFileSync', 'appendFileSync']
const others = ['fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'renameSync', 'closeSync', 'mkdirSync', 'rmSync']
for (const name of [...writes, ...others]) {
  const original = fs[name]
  fs[name] = (target, ...more) => {
    if (isInside || !concerns(target)) return original(target, ...more)
    calls++
    if (phase === 'before' && calls === at) die()
    if (phase === 'torn' && calls >= at && name === 'rmSync' && fs.existsSync(target)) {
      const [some] = fs.readdirSync(target, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
      if (some !== undefined) fs.unlinkSync(`${some.parentPath}/${some.name}`)
      die()
    }
    if (phase === 'torn' && calls >= at && writes.includes(name)) {
      isInside = true
      original(target, half(name, more))
      die()
    }
    isInside = true
    let done
    try {
      done = original(target, ...more)
    } finally {
      isInside = false
    }
    if (name === 'closeSync') files.delete(target)
    if (phase === 'after' && calls === at) die()
    return done
  }
}
syncBuiltinESMExports()
if (phase === 'count') process.on('exit', () => process.stderr.write(`${calls} calls\n`))
