import type { CborValue } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode, readReport } from '../../../../device-sdk/protocol/index.ts'

/** What a gateway says of this value as a report, over the wire and back. */
export const codeOf = (value: CborValue): string => {
  const decoded = decode(encode(value))
  if (!decoded.ok) return decoded.error.code
  const report = readReport(decoded.value)
  return report.ok ? 'accepted' : report.error.code
}
