export type { Trust } from './folder.ts'
export { deviceFiles, lockFolder, readTrust, writeDurably, writeTrust } from './folder.ts'
