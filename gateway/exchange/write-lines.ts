import { appendFileSync, closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'

/** Lines of JSON on their way into a file. */
export type Lines = {
  write(line: unknown): void
  /** The file is whole. */
  keep(): void
  /** It never will be: what stood there before stands there still. Nothing happens after `keep`. */
  drop(): void
}

const bufferLines = 512

/** Writes beside the file, and takes its place at the end. What is no file (a pipe, /dev/stdout) gets its lines as they come. */
export const openLines = (path: string): Lines => {
  const isThere = existsSync(path)
  const aside = isThere && !statSync(path).isFile() ? null : `${path}.part`
  const fd = openSync(aside ?? path, 'w')
  let waiting: string[] = []
  let isOpen = true
  const flush = (): void => {
    if (waiting.length > 0) appendFileSync(fd, `${waiting.join('\n')}\n`)
    waiting = []
  }
  const close = (): void => {
    isOpen = false
    closeSync(fd)
  }
  return {
    write: (line) => {
      waiting.push(JSON.stringify(line))
      if (waiting.length >= bufferLines) flush()
    },
    keep: () => {
      flush()
      close()
      if (aside !== null) renameSync(aside, isThere ? realpathSync(path) : path)
    },
    drop: () => {
      if (isOpen) close()
      if (aside !== null) rmSync(aside, { force: true })
    },
  }
}
