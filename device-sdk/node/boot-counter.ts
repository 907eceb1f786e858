import { readFileSync } from 'node:fs'
import { writeDurably } from '../link/index.ts'
import type { Pair, Result } from '../protocol/index.ts'
import { fail, ok, uint32Max } from '../protocol/index.ts'

/**
 * What numbers a device's reports. A boot is taken at every start, durably before it is used. It is confirmed once a gateway
 * has shown that it never saw it: a restored card counts too low and cannot know that by itself, so nothing of an
 * unconfirmed boot is ever sent.
 */
export type BootCounter = {
  boot(): number
  /** The highest boot of which reports may have been sent; -1 where there is none. */
  confirmed(): number
  /** The next pair. After the last seq of a boot comes a new boot. */
  next(): Pair & { readonly boot: number }
  /** Goes on under a higher boot. Throws where the disk does; then nothing has moved. */
  moveTo(boot: number): void
  /** From now on reports of this boot may be sent. Throws where the disk does. */
  confirm(): void
}

const unreadable = (detail: string): Result<never> => fail('boot/unreadable', detail)

/** The boot that was taken last, and the highest confirmed one. */
const read = (path: string): Result<{ readonly taken: number; readonly confirmed: number }> => {
  try {
    const [, taken, confirmed] = /^([0-9]{1,10}) (-1|[0-9]{1,10})\n$/.exec(readFileSync(path, 'utf8')) ?? []
    return taken === undefined ? unreadable(path) : ok({ taken: Number(taken), confirmed: Number(confirmed) })
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? ok({ taken: -1, confirmed: -1 }) : unreadable(path)
  }
}

/**
 * Takes the next boot: a number never serves twice.
 * @param floor - the highest boot known from elsewhere (the outbox), so that a lost counter does not go back.
 */
export const openBootCounter = (path: string, floor: number): Result<BootCounter> => {
  const last = read(path)
  if (!last.ok) return last
  let boot = Math.max(last.value.taken, floor) + 1
  let { confirmed } = last.value
  let seq = 0
  if (boot > uint32Max) return unreadable(`${path}: no boot number is left`)
  const write = (taken: number, sure: number): void => writeDurably(path, `${taken} ${sure}\n`)
  try {
    write(boot, confirmed)
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
  const moveTo = (to: number): void => {
    if (to <= boot || to > uint32Max) throw new Error(`boot ${boot} cannot become ${to}`)
    write(to, confirmed)
    boot = to
    seq = 0
  }

  return ok({
    boot: () => boot,
    confirmed: () => confirmed,
    next: () => {
      if (seq > uint32Max) moveTo(boot + 1)
      return { boot, seq: seq++ }
    },
    moveTo,
    confirm: () => {
      write(boot, boot)
      confirmed = boot
    },
  })
}
