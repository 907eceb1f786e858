/** Bytes written to the block device for a report: what wears out SD cards. */
import { gatewayWrites } from './writes/gateway.ts'

gatewayWrites()
