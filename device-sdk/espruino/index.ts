export { bootLock } from './boot-lock.ts'
export { batteryRefusal, boardOf, boards, signatureMah, signatureS } from './energy.ts'
export { combTable } from './signer/comb-table.ts'
