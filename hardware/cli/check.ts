import type { Console } from '../../bin/console/index.ts'
import { readCatalog } from '../catalog.ts'
import { checkWiring } from '../check/check.ts'
import type { WiringFault } from '../check/faults.ts'
import { done } from '../outcome.ts'
import type { HardwareOptions } from './boards.ts'

type CheckOptions = HardwareOptions & { readonly board?: string; readonly app?: string }
type Checked = { readonly wiring: string; readonly board: string; readonly faults: readonly WiringFault[] }

/** Ends with 1 when a wiring has a fault; each is told with what to do. */
export const checkCommand = (options: CheckOptions, console: Console): void => {
  const catalog = readCatalog(options.hardware)
  if (!catalog.ok) {
    console.finish(catalog, () => [])
    return
  }
  const { boards, parts, wirings } = catalog.value
  const checked: Checked[] = []
  for (const wiring of wirings.values()) {
    if (options.app !== undefined && wiring.app !== options.app) continue
    for (const id of wiring.boards) {
      if (options.board !== undefined && id !== options.board) continue
      const board = boards.get(id)
      if (board === undefined) {
        console.warn({ code: 'hardware/board-unknown', detail: `${id}, in wiring ${wiring.id}` })
        process.exitCode = 1
        continue
      }
      const faults = checkWiring(wiring, board, parts)
      for (const { code, detail } of faults) console.warn({ code, detail: `${wiring.id} on ${id}: ${detail}` })
      if (faults.length > 0) process.exitCode = 1
      checked.push({ wiring: wiring.id, board: id, faults })
    }
  }
  console.finish(done({ checked }), () => {
    const bad = checked.filter(({ faults }) => faults.length > 0).length
    return [`${checked.length} wirings checked by the data sheets, ${bad} with faults`]
  })
}
