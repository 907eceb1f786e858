import type { Console } from '../../bin/console/index.ts'
import { replayEpoch } from '../epoch/index.ts'
import { readStore } from '../store/index.ts'

/** Reads the store as it lies on disk, beside a running gateway or without one. */
export const pocReplay = (options: { readonly epoch: number; readonly data: string }, console: Console): void => {
  const store = readStore(options.data)
  const replay = store.ok ? replayEpoch(store.value, options.epoch) : store
  if (store.ok) store.value.close()
  if (replay.ok && replay.value.differences.length > 0) {
    for (const difference of replay.value.differences) console.say(difference)
    console.warn({ code: 'epoch/differs', detail: `epoch ${options.epoch}` })
    process.exitCode = 1
  }
  console.finish(replay, ({ epoch, verdicts, shares, root, digest, differences }) => [
    `epoch ${epoch}: ${verdicts} verdicts and ${shares} shares computed again, ${differences.length === 0 ? 'equal to the byte' : 'not what the store has'}`,
    `root ${root}`,
    `digest ${digest}`,
  ])
}
