import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Libraries } from './draw.ts'

/** Loads what labels need; pdf-lib is optional, so it may not be there. Level M: 15 % of the code may be dirty or torn. */
export const loadLibraries = async (): Promise<Result<Libraries>> => {
  try {
    const [pdf, qrcode] = await Promise.all([import('pdf-lib'), import('qrcode')])
    return ok({
      pdf,
      modulesOf: (text) => {
        const { modules } = qrcode.default.create(text, { errorCorrectionLevel: 'M' })
        return { size: modules.size, isDark: (row, column) => modules.get(row, column) === 1 }
      },
    })
  } catch (error) {
    return fail('label/not-installed', error instanceof Error ? error.message.split('\n')[0] : undefined)
  }
}
