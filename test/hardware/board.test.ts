import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boardSchema } from '../../hardware/board.ts'

const folder = join(import.meta.dirname, '../../hardware/boards')
const files = readdirSync(folder)

describe('board manifests', () => {
  it('exist', () => expect(files.length).toBeGreaterThan(0))

  for (const file of files) {
    const manifest = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    it(`${file} follows the schema, is named by its id and uses each header pin once`, () => {
      const board = boardSchema.parse(manifest)
      expect(`${board.id}.json`).toBe(file)
      expect(new Set(board.pins.map((pin) => pin.header)).size).toBe(board.pins.length)
    })
    it(`${file} with a field of its own or without its sources is refused`, () => {
      expect(boardSchema.safeParse({ ...manifest, colour: 'green' }).success).toBe(false)
      expect(boardSchema.safeParse({ ...manifest, sources: [] }).success).toBe(false)
    })
  }
})
