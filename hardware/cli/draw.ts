import { writeFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { CatalogCode } from '../catalog.ts'
import { wiringsOf } from '../catalog.ts'
import { checkWiring } from '../check/check.ts'
import { drawBoard } from '../drawing/draw.ts'
import type { App } from '../drawing/layout.ts'
import type { Outcome } from '../outcome.ts'
import { done, fault } from '../outcome.ts'
import type { HardwareOptions } from './boards.ts'
import { findBoard } from './boards.ts'

type DrawOptions = HardwareOptions & { readonly app?: string; readonly out?: string }
type Drawn = { readonly board: string; readonly svg?: string; readonly file?: string; readonly bytes?: number }
type DrawCode = CatalogCode | 'hardware/board-unknown' | 'hardware/wiring-unknown' | 'hardware/unwritable'

const draw = (id: string, options: DrawOptions, console: Console): Outcome<Drawn, DrawCode> => {
  const found = findBoard(id, options)
  if (!found.ok) return found
  const { board, catalog } = found.value
  let app: App | undefined
  if (options.app !== undefined) {
    const wiring = wiringsOf(catalog, id).find((one) => one.app === options.app)
    if (wiring === undefined) return fault('hardware/wiring-unknown', `${options.app} on ${id}`)
    // Nobody should build from a drawing without having been told.
    for (const wrong of checkWiring(wiring, board, catalog.parts)) console.warn(wrong)
    app = { wiring, parts: catalog.parts }
  }
  const svg = drawBoard(board, app)
  if (options.out === undefined) return done({ board: id, svg })
  try {
    writeFileSync(options.out, svg)
  } catch (error) {
    return fault('hardware/unwritable', error instanceof Error ? error.message : options.out)
  }
  return done({ board: id, file: options.out, bytes: Buffer.byteLength(svg) })
}

export const drawCommand = (id: string, options: DrawOptions, console: Console): void => {
  console.finish(draw(id, options, console), ({ svg, file, bytes }) =>
    svg === undefined ? [`${file} written, ${bytes} B: open it in a browser`] : [svg.trimEnd()],
  )
}
