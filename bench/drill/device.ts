/**
 * A device of the drill: FOLDER JOURNAL FIRST EVERY_MS. Numbers its reports from FIRST on, and prints `signed NUMBER` when one is
 * durable. With EVERY_MS 0 it only delivers what waits, prints `drained` and ends. Ends in order at SIGTERM.
 */
import { openReporter } from '../../device-sdk/node/reporter.ts'
import type { Block } from '../../device-sdk/protocol/index.ts'

const [dir = '', journal = '', first = '0', every = '0'] = process.argv.slice(2)
const everyMs = Number(every)
const outboxBytesMax = Number(process.env.DRILL_OUTBOX_BYTES)
const padding = new Uint8Array(1_500)
const energySchema = 3
const extensionId = -16

const numberOf = (blocks: readonly Block[]): number | null => {
  const [block] = blocks
  return block?.type === 'sensor' ? (block.columns[0]?.[0] ?? null) : null
}

const opened = await openReporter({
  dir,
  journal,
  outboxBytesMax,
  onEvent: (event) => {
    if (event.event === 'report/signed') process.stdout.write(`signed ${numberOf(event.blocks)}\n`)
    if (event.event === 'disk/failed') process.stdout.write(`failed ${event.code}\n`)
  },
})
if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`)
const reporter = opened.value

let next = Number(first)
const report = (): void => {
  const columns = [[next++], [null], [null], [null], [null], [null]]
  const time = Math.floor(Date.now() / 1000)
  reporter.submit(time, [
    { type: 'sensor', schema: energySchema, stepsS: [], columns },
    { type: 'extension', id: extensionId, values: [padding] },
  ])
}
const timer = everyMs > 0 ? setInterval(report, everyMs) : null
const drain = setInterval(() => {
  if (everyMs > 0 || reporter.waiting() > 0) return
  process.stdout.write('drained\n')
  void end()
}, 20)

const end = async (): Promise<void> => {
  if (timer !== null) clearInterval(timer)
  clearInterval(drain)
  await reporter.close()
  process.exit()
}
process.once('SIGTERM', () => void end())
