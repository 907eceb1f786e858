import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result, Sha256 } from '../../device-sdk/protocol/index.ts'
import { fail, ok, releaseBytesMax, toHex } from '../../device-sdk/protocol/index.ts'
import { writeDurably } from '../durable-file.ts'
import type { Release, Store } from '../store/index.ts'

export type ReleaseDeps = {
  readonly store: Store
  /** The folder of the files, each under its SHA-256 in hex. */
  readonly folder: string
  readonly sha256: Sha256
  now(): number
}

/** Firmware that devices can be given: a row in the store, and a file that is named by what it holds. */
export const openReleases = ({ store, folder, sha256, now }: ReleaseDeps) => {
  const all = (): Release[] => store.releases.all()
  return {
    /** One of a board and sequence is never replaced; added again it is as it was. Errors: release/too-large, release/taken. */
    add: (board: string, firmware: number, bytes: Uint8Array): Result<Release> => {
      if (bytes.length < 1 || bytes.length > releaseBytesMax) return fail('release/too-large', `${bytes.length} bytes`)
      const digest = toHex(sha256(bytes))
      const known = all().find((one) => one.board === board && one.firmware === firmware)
      if (known !== undefined && known.sha256 !== digest) return fail('release/taken', `${board} ${firmware}`)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeDurably(join(folder, digest), bytes)
      if (known !== undefined) return ok(known)
      const release = { board, firmware, size: bytes.length, sha256: digest, addedMs: now() }
      store.releases.add(release)
      return ok(release)
    },
    all,
    /** Those of this sequence, one for each board that has it. */
    of: (firmware: number): Release[] => all().filter((one) => one.firmware === firmware),
    /** Errors: release/unknown, release/damaged. */
    read: (digest: string): Result<Uint8Array> => {
      if (!all().some((one) => one.sha256 === digest)) return fail('release/unknown', digest)
      try {
        const bytes = readFileSync(join(folder, digest))
        return toHex(sha256(bytes)) === digest ? ok(bytes) : fail('release/damaged', digest)
      } catch {
        return fail('release/damaged', digest)
      }
    },
  }
}

export type Releases = ReturnType<typeof openReleases>
