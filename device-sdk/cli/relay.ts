import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { runRelay } from '../node/index.ts'
import { ok } from '../protocol/index.ts'
import { eventLine } from './event-lines.ts'

type Options = { readonly dir: string; readonly port: readonly string[]; readonly for?: number }

export const relayCommand = async (options: Options, console: Console): Promise<void> => {
  const boards = new Map<string, { carried: number; receipts: number }>()
  const countsOf = (kid: string) => {
    const counts = boards.get(kid) ?? { carried: 0, receipts: 0 }
    boards.set(kid, counts)
    return counts
  }
  const stop = interrupted(options.for)
  const relay = await runRelay({
    dir: options.dir,
    boards: options.port,
    onEvent: (event) => {
      if (event.event === 'relay/carried') countsOf(event.kid).carried++
      if (event.event === 'relay/receipt') countsOf(event.kid).receipts++
      const line = eventLine(event)
      if (line !== null) console.say(line)
    },
  })
  if (!relay.ok) {
    console.finish(relay, () => [])
    process.exit()
  }
  const { kid, close } = relay.value
  console.say(`relay ${kid} for ${options.port.join(', ')}; Ctrl-C stops it, what is not carried waits on the boards`)
  await stop
  await close()
  const list = [...boards].map(([board, counts]) => ({ kid: board, ...counts }))
  console.finish(ok({ kid, boards: list }), () =>
    list.map((one) => `${one.kid}: ${one.carried} messages carried, ${one.receipts} receipts`),
  )
}
