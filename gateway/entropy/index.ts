export { openEntropyDesk } from './desk.ts'
