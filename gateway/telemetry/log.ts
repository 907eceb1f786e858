import type { Logger } from 'pino'
import { pino } from 'pino'

/** JSON lines on stderr. `event` is a code of the registry; no secret is ever a field. */
export type Log = Logger

export const openLog = (level: string): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
