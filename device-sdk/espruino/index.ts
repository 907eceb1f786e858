export {
  batteryRefusal,
  boardOf,
  boards,
  type SigningBoard,
  signatureInstructions,
  signatureMah,
  signatureS,
} from './energy.ts'
export { combTable } from './signer/comb-table.ts'
