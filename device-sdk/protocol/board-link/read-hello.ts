import { badField, readFields } from '../body-list.ts'
import { isBytes, isUint, isUint32 } from '../cbor/value.ts'
import type { Result } from '../result.ts'
import { fail, ok } from '../result.ts'
import type { BoardHello } from './hello.ts'
import { linkVersion } from './hello.ts'

const isKey = (value: unknown): value is Uint8Array => isBytes(value, 33) && (value[0] === 2 || value[0] === 3)

/** What the host reads. @returns `board/other-version` where the board is of another time. */
export const readBoardHello = (body: Uint8Array): Result<BoardHello> => {
  const fields = readFields(body, 'a hello', 10, 11)
  if (!fields.ok) return fields
  const [version, app, board, firmware, publicKey, net, boot, waiting, open, verifies, wifi] = fields.value
  if (version !== linkVersion) return fail('board/other-version', `this side speaks ${linkVersion}`)
  if (typeof app !== 'string' || typeof board !== 'string' || !isUint32(firmware)) return badField('a hello')
  if (!(publicKey === null || isKey(publicKey)) || !(net === null || isUint(net))) return badField('a hello')
  if (!isUint32(boot) || !isUint(waiting) || typeof open !== 'boolean' || typeof verifies !== 'boolean') {
    return badField('a hello')
  }
  const hello = { version, app, board, firmware, publicKey, net, boot, waiting, open, verifies }
  if (wifi === undefined) return ok(hello)
  return isUint(wifi) ? ok({ ...hello, wifi }) : badField('a hello')
}
