import { appendFileSync, closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

export type NumberedLine = { readonly number: number; readonly text: string }

/** Lines put aside by key, so that all of one key can be read together without holding all others. */
export type Partition = {
  add(key: string, number: number, text: string): void
  /** The lines of each bucket, in the order of the file: to be read once. */
  buckets(): Iterable<Iterable<NumberedLine>>
  close(): void
}

const bucketBytes = 4_194_304
const bucketsMax = 256
const bufferChars = 32_768
const chunkBytes = 1_048_576

/** FNV-1a over UTF-16 units: spreads keys, and need not resist anybody: a large bucket is slow, not wrong. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

type Bucket = { readonly fd: number; waiting: string[]; chars: number }

function* linesOf(fd: number): Generator<NumberedLine> {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let rest = ''
  for (let at = 0, read = -1; read !== 0; at += read) {
    read = readSync(fd, chunk, 0, chunkBytes, at)
    const lines = `${rest}${decoder.write(chunk.subarray(0, read))}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const tab = line.indexOf('\t')
      yield { number: Number(line.slice(0, tab)), text: line.slice(tab + 1) }
    }
  }
}

/** @param bytes - of the whole file: a bucket holds about 4 MiB of it. */
export const openPartition = (bytes: number): Partition => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-poc-'))
  const count = Math.min(bucketsMax, Math.max(1, Math.ceil(bytes / bucketBytes)))
  const buckets = Array.from({ length: count }, (_, i): Bucket => {
    return { fd: openSync(join(folder, String(i)), 'w+', 0o600), waiting: [], chars: 0 }
  })
  // Open files live on without a name, and no end of the process, however sudden, leaves one behind.
  rmSync(folder, { recursive: true, force: true })
  const flush = (bucket: Bucket): void => {
    if (bucket.waiting.length > 0) appendFileSync(bucket.fd, bucket.waiting.join(''))
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
        yield linesOf(bucket.fd)
      }
    },
    close: () => {
      for (const { fd } of buckets) closeSync(fd)
    },
  }
}
