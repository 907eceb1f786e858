import type { OnProgress, Phase } from '../toolchain/flash/protocol.ts'

const words: { readonly [phase in Phase]: string } = {
  connect: 'waiting for the boot loader',
  check: 'checking the processor',
  write: 'writing',
  verify: 'reading back',
  hello: 'waiting for hello',
}
/** Where there is no terminal, a line for each of these parts of a phase. */
const plainParts = 4

const size = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`)

/** Tells how far a flash is: one moving line on a terminal, plain lines elsewhere. `now` is in ms. */
export const progressLines = (stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>, now: () => number): OnProgress => {
  let phase: Phase | undefined
  let startedMs = 0
  let part = 0
  return (next, done, total) => {
    if (next !== phase) {
      phase = next
      startedMs = now()
      part = 0
      if (total === 0) stream.write(`${words[next]}\n`)
    }
    if (total === 0) return
    const rate = done / Math.max(1, now() - startedMs)
    const line = `${words[next]} ${size(done)} of ${size(total)}, ${rate.toFixed(1)} kB/s`
    if (stream.isTTY) stream.write(`\r\u001b[K${line}${done === total ? '\n' : ''}`)
    else if (Math.floor((done * plainParts) / total) > part) {
      part = Math.floor((done * plainParts) / total)
      stream.write(`${line}\n`)
    }
  }
}
