/** Writes `docs/codes.md`: `npm run codes`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { codesPage } from './codes-page.ts'

const docs = new URL('../docs/', import.meta.url)
mkdirSync(docs, { recursive: true })
writeFileSync(new URL('codes.md', docs), codesPage())
