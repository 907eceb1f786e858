import type { Measured, Part } from './parts/part.ts'

/** One reading of a driver, for whoever awaits. */
export const readPart = (part: Part): Promise<Measured> => new Promise((resolve) => part.read(resolve))
