import type { FlashProtocol } from './protocol.ts'
import { stk500v1 } from './stk500v1.ts'
export const espruino: FlashProtocol = stk500v1
