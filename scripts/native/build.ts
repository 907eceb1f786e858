/** Builds the signer and its table from their sources, and writes what is checked in: `npm run native`. */
import { writeFileSync } from 'node:fs'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { compilerVersion, compileSigner, flags, sources } from './compile.ts'
import { combTable, knownAnswer } from './table.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const table = combTable()
const words = hex(knownAnswer(table)).match(/.{8}/g) ?? []
writeFileSync(`${sources}known-answer.inc`, `${words.map((word) => `0x${word},`).join(' ')}\n`)

const compiler = compilerVersion()
if (compiler === undefined) {
  console.error('native: arm-none-eabi-gcc is not there. Run scripts/debian-packages.sh, then try again.')
  process.exit(1)
}
const { code } = compileSigner()
const manifest = {
  compiler,
  flags: flags.join(' '),
  entry: 0,
  code: { bytes: code.length, sha256: hex(sha256(code)) },
  table: { bytes: table.length, sha256: hex(sha256(table)) },
}
const blob = [
  '/** The signer for Cortex-M4 and its table, made by `npm run native` from `src/`; `manifest.json` says how. */',
  `export const codeBase64 =\n  '${base64(code)}'`,
  `export const tableBase64 =\n  '${base64(table)}'`,
  '',
]
writeFileSync(`${sources}../blob.ts`, blob.join('\n'))
writeFileSync(`${sources}../manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
console.log(`native: ${code.length} B of code, ${table.length} B of table, by ${compiler}`)
