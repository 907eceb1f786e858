export { bootLock } from './boot-lock.ts'
export { batteryRefusal, boardOf, boards, signatureMah, signatureS } from './energy.ts'
export { combTable } from './signer/comb-table.ts'
export { firmwareFile, firmwareRecord, spareBytes } from './update/names.ts'
