/** Writes what is made from the hardware data: JSON schemas, drawings and the table of boards: `npm run hardware`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { schemaFiles } from '../hardware/index.ts'
import { drawings, withTable } from './hardware-page.ts'

const root = new URL('../', import.meta.url)
const write = (folder: string, files: ReadonlyMap<string, string>): void => {
  mkdirSync(new URL(folder, root), { recursive: true })
  for (const [name, text] of files) writeFileSync(new URL(`${folder}/${name}`, root), text)
}

write('hardware/schema', schemaFiles())
write('docs/wiring', drawings())
const page = new URL('docs/hardware.md', root)
writeFileSync(page, withTable(readFileSync(page, 'utf8')))
