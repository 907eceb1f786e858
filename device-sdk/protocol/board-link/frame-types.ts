import { mtypes } from '../sign1.ts'

/**
 * What a frame is. A message has the number of its mtype and 16 more: compact where the device signed it, tagged where a gateway
 * did. A request of the host is answered by a frame of the same type, or by `refused`. docs/protocol.md, "The link of a small board".
 */
export const frameTypes = {
  hello: 0x01,
  refused: 0x02,
  working: 0x03,
  note: 0x04,
  report: 0x10 + mtypes.report,
  enrol: 0x10 + mtypes.enrol,
  time: 0x10 + mtypes.time,
  command: 0x10 + mtypes.command,
  result: 0x10 + mtypes.result,
  update: 0x10 + mtypes.update,
  receipt: 0x10 + mtypes.receipt,
  sync: 0x10 + mtypes.sync,
  key: 0x20,
  prove: 0x21,
  trust: 0x22,
  console: 0x23,
  wifi: 0x24,
} as const

/** Frames of an update's bytes lie from here to 0x3f. */
export const firstUpdateFrame = 0x30

/** Why a board refuses a request; `refusalCode` has the words. */
export const refusals = {
  keyExists: 1,
  noKey: 2,
  trustPinned: 3,
  consoleLocked: 4,
  badRequest: 5,
  noRandom: 6,
  failed: 7,
} as const
