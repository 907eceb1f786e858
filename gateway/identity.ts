import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'
import type { MakeSigner, Signer } from '../device-sdk/signer/index.ts'
import { openKeyFile, openOrCreateKeyFile } from '../device-sdk/signer/index.ts'
import { writeDurably } from './durable-file.ts'

/** The files in a gateway's data folder. */
export const gatewayFiles = (data: string) => ({
  key: join(data, 'gateway.key'),
  token: join(data, 'admin-token'),
  store: join(data, 'store.sqlite'),
  entropy: join(data, 'entropy.chain'),
  releases: join(data, 'releases'),
  run: join(data, 'run.json'),
})

const tokenBytes = 32
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The gateway's key: made at the very first start, and never again for a folder that has a store. */
export const openIdentity = (data: string, makeSigner: MakeSigner): Result<Signer> => {
  const files = gatewayFiles(data)
  if (!existsSync(files.store)) return openOrCreateKeyFile(files.key, makeSigner)
  if (!existsSync(files.key)) return fail('gw/identity-lost', files.key)
  return openKeyFile(files.key, makeSigner)
}

export const readAdminToken = (data: string): Result<string> => {
  const path = gatewayFiles(data).token
  try {
    const token = readFileSync(path, 'utf8').trim()
    if (token.length < 32) return fail('gw/token-file', `${path} holds no token`)
    if ((statSync(path).mode & 0o077) !== 0) return fail('gw/token-file', `${path} can be read by others`)
    return ok(token)
  } catch (error) {
    return fail('gw/token-file', reason(error))
  }
}

/** The admin token, made once. */
export const openAdminToken = (data: string): Result<string> => {
  const path = gatewayFiles(data).token
  if (existsSync(path)) return readAdminToken(data)
  try {
    writeDurably(path, `${randomBytes(tokenBytes).toString('base64url')}\n`)
  } catch (error) {
    return fail('gw/token-file', reason(error))
  }
  return readAdminToken(data)
}
