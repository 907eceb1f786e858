import type { Code } from '../device-sdk/protocol/index.ts'
import { codes } from '../device-sdk/protocol/index.ts'
import type { Document } from './gateway-client.ts'

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null
const list = (value: unknown): readonly Document[] => (Array.isArray(value) ? value.filter(isDocument) : [])

const blockText = (block: Document): string => {
  if (block.type === 'sensor') {
    const values = list(block.last).filter((one) => one.value !== null)
    return values
      .map((one) => `${String(one.name ?? '')} ${String(one.value)} ${String(one.unit ?? '')}`.trim())
      .join(', ')
  }
  if (block.type === 'beacon') return `beacon ${Number(block.freqKhz) / 1000} MHz`
  if (block.type === 'witness') {
    return list(block.rows)
      .map((row) => `heard ${String(row.beaconId)} at ${Number(row.rssiDdbm) / 10} dBm`)
      .join(', ')
  }
  return String(block.type)
}

/** What was measured, what would have passed, and the reason in words. */
const reason = (verdict: Document): string => {
  const unit = String(verdict.unit ?? '')
  const numbers =
    typeof verdict.measured === 'number'
      ? `  ${round(verdict.measured)} ${unit} measured, threshold ${round(verdict.threshold)}`
      : ''
  const known = typeof verdict.code === 'string' && verdict.code in codes && verdict.code !== 'accepted'
  return known ? `${numbers}: ${codes[verdict.code as Code].meaning}` : numbers
}

const round = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value * 10) / 10) : '-')

/** One event of the gateway as a line for people. */
export const eventLine = (event: string, data: Document): string => {
  const kid = String(data.kid ?? '').padEnd(16)
  if (event === 'report') {
    const blocks = isDocument(data.report)
      ? list(data.report.blocks).map(blockText).join(' | ')
      : String(data.detail ?? '')
    const index = data.logIndex === null ? '' : ` #${String(data.logIndex)}`
    return `report   ${kid}  ${String(data.code)}${index}  ${blocks}`
  }
  if (event === 'receipt') return `receipt  ${kid}  signed, ${String(data.bytes)} bytes`
  if (event === 'verdict') return `verdict  ${kid}  ${String(data.kind)} ${String(data.code)}${reason(data)}`
  if (event === 'refusal') return `refused  ${kid}  ${String(data.code)}`
  if (event === 'epoch') {
    return `epoch    ${String(data.epoch)} closed: paid ${String(data.paid)} of ${String(data.budget)}, root ${String(data.root)}`
  }
  if (event === 'device') return `device   ${kid}  ${String(data.event)} by ${String(data.actor)}`
  return `${event}  ${JSON.stringify(data)}`
}
