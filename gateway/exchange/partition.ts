import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Lines put aside by key, so that all of one key can be read together without holding all others. */
export type Partition = {
  add(key: string, number: number, text: string): void
  /** The lines of each bucket, in the order of the file. */
  buckets(): Iterable<readonly { readonly number: number; readonly text: string }[]>
  close(): void
}

const bucketBytes = 4_194_304
const bucketsMax = 256
const bufferChars = 32_768

/** FNV-1a over UTF-16 units: spreads keys, and need not resist anybody: a large bucket is slow, not wrong. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

type Bucket = { readonly path: string; readonly fd: number; waiting: string[]; chars: number }

/** @param bytes - of the whole file: a bucket holds about 4 MiB of it. */
export const openPartition = (bytes: number): Partition => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-poc-'))
  const count = Math.min(bucketsMax, Math.max(1, Math.ceil(bytes / bucketBytes)))
  const buckets = Array.from({ length: count }, (_, i): Bucket => {
    const path = join(folder, String(i))
    return { path, fd: openSync(path, 'w', 0o600), waiting: [], chars: 0 }
  })
  const flush = (bucket: Bucket): void => {
    if (bucket.waiting.length > 0) writeSync(bucket.fd, bucket.waiting.join(''))
    bucket.waiting = []
    bucket.chars = 0
  }
  return {
    add: (key, number, text) => {
      const bucket = buckets[hashOf(key) % count] as Bucket
      bucket.waiting.push(`${number}\t${text}\n`)
      bucket.chars += text.length
      if (bucket.chars > bufferChars) flush(bucket)
    },
    *buckets() {
      for (const bucket of buckets) {
        flush(bucket)
        const lines = readFileSync(bucket.path, 'utf8').split('\n').slice(0, -1)
        yield lines.map((line) => {
          const tab = line.indexOf('\t')
          return { number: Number(line.slice(0, tab)), text: line.slice(tab + 1) }
        })
      }
    },
    close: () => {
      for (const { fd } of buckets) closeSync(fd)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
