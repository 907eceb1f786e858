/**
 * The program that a service starts in place of a bundle: `node launcher.mjs --root FOLDER [--factory FOLDER]
 * [--confirm-within SECONDS]`. It is flashed, and never updated over the air.
 */
import { parseArgs } from 'node:util'
import { codes } from '../../protocol/index.ts'
import { launch } from './launch.ts'
import { slotsIn } from './slots.ts'

const confirmWithinSDefault = '600'

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    factory: { type: 'string' },
    'confirm-within': { type: 'string', default: confirmWithinSDefault },
  },
})
const { root, factory = null, 'confirm-within': confirmWithin } = values
if (root === undefined || !/^[1-9][0-9]{0,5}$/.test(confirmWithin)) {
  process.stderr.write('usage: launcher.mjs --root FOLDER [--factory FOLDER] [--confirm-within SECONDS]\n')
  process.exit(2)
}
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

const ended = await launch({
  slots: slotsIn(root),
  factory,
  confirmWithinS: Number(confirmWithin),
  stop: stop.signal,
  say: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
})
if (!ended.ok) {
  const { code, detail = '' } = ended.error
  process.stderr.write(`${code}: ${codes[code].meaning} (${detail})\n  next: ${codes[code].next}\n`)
}
process.exitCode = ended.ok ? ended.value : 1
