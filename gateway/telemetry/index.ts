export type { Log } from './log.ts'
export { openLog } from './log.ts'
export type { Metrics } from './metrics.ts'
export { openMetrics } from './metrics.ts'
