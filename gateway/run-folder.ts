import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'

/** Makes the data folder, for nobody else to read. */
export const secureFolder = (data: string): Result<string> => {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    chmodSync(data, 0o700)
    return ok(data)
  } catch (error) {
    return fail('store/unwritable', error instanceof Error ? error.message : String(error))
  }
}

/** Says where the gateway runs, for the commands of this machine. */
export const writeRunFile = (path: string, facts: object): Result<string> => {
  try {
    writeFileSync(path, `${JSON.stringify({ pid: process.pid, ...facts })}\n`, { mode: 0o600 })
    return ok(path)
  } catch (error) {
    return fail('store/unwritable', error instanceof Error ? error.message : String(error))
  }
}
