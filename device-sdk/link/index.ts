export { deviceFiles, lockFolder, writeDurably } from './folder.ts'
export type { Trust } from './trust-file.ts'
export { httpUrlOf, mqttUrlsOf, readTrustFile, writeTrustFile } from './trust-file.ts'
