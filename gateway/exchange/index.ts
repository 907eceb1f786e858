export { scanFile } from './scan.ts'
export type { Summary } from './verify.ts'
export { verifyScan } from './verify.ts'
export { openLines } from './write-lines.ts'
