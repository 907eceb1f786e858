import { createRequire } from 'node:module'
import type loraPacket from 'lora-packet'

// Its types are those of an ES module, and it is CommonJS.
const { fromWire, fromFields } = createRequire(import.meta.url)('lora-packet') as typeof loraPacket.default

export { fromFields, fromWire }
