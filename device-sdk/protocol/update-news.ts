import { isList, isUint32 } from './cbor/value.ts'
import type { CommandResult } from './command.ts'
import type { UpdateNews } from './update-status.ts'

/** What a result says about an update; null where it is the result of something else. */
export const newsOfResult = ({ n, status, detail }: CommandResult): UpdateNews | null => {
  const [firmware, code, more] = isList(detail) ? detail : []
  if (!isUint32(firmware) || typeof code !== 'string' || more !== undefined) return null
  return { n, status, firmware, code }
}
