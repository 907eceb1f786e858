import { boardFrameReader } from '../../../device-sdk/link/index.ts'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashTransport } from './transport.ts'

export type Heard = { readonly type: number; readonly body: Uint8Array }

const pieceBytes = 4_096

/**
 * The first frame of one of these types that a board sends; null where none came before the line was silent for `quietMs`.
 * @param onText - gets everything that came, as a console prints it.
 */
export const hearFrame = async (
  transport: FlashTransport,
  types: readonly number[],
  quietMs: number,
  onText: (text: string) => void = () => {},
): Promise<Result<Heard | null>> => {
  const frames: Heard[] = []
  const read = boardFrameReader((type, body) => {
    if (types.includes(type)) frames.push({ type, body })
  })
  for (;;) {
    const first = await transport.take(1, quietMs)
    if (!first.ok) return first
    if (first.value.length === 0) return ok(null)
    const rest = await transport.take(pieceBytes, 0)
    if (!rest.ok) return rest
    const piece = Buffer.concat([first.value, rest.value])
    onText(piece.toString('latin1'))
    read(piece)
    const [frame] = frames
    if (frame !== undefined) return ok(frame)
  }
}
