/** The two places for firmware are files of Storage. */
export const firmwareFile = (place: number): string => `hexfix.app${place}`

/** Which of them runs, and how far the other one is: the two files of a slot. */
export const firmwareRecord = 'hexfix.fw'

/** What Storage keeps free beside an update, for its own tables and the records of the device. */
export const spareBytes = 4_096
