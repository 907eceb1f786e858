import type { DeviceEvent } from '../node/index.ts'
import type { Block } from '../protocol/index.ts'
import { codes, standardSchema, valueOfCell, verdictCode } from '../protocol/index.ts'

const sensorText = (block: Extract<Block, { type: 'sensor' }>): string => {
  const schema = standardSchema(block.schema)
  const rows = block.stepsS.length + 1
  const shown = block.columns.flatMap((column, i) => {
    const field = schema?.fields[i]
    const value = field === undefined ? null : valueOfCell(column[rows - 1] ?? null, field)
    return field === undefined || value === null ? [] : [`${field[0]} ${value} ${field[1]}`]
  })
  return `${rows > 1 ? `${rows} readings, last ` : ''}${shown.join(', ')}`
}

const blockText = (block: Block): string => {
  if (block.type === 'sensor') return sensorText(block)
  if (block.type === 'beacon') return `beacon at ${block.freqKhz / 1000} MHz, ${block.txDdbm / 10} dBm`
  if (block.type === 'witness')
    return `heard ${block.rows.length}, strongest ${Math.max(...block.rows.map((row) => row.rssiDdbm)) / 10} dBm`
  return block.type
}

const receiptText = (verdict: number, logIndex: number | null): string => {
  const code = verdictCode(verdict)
  if (code === 'accepted') return `accepted, receipt #${logIndex}`
  return code === null ? `verdict ${verdict}, unknown to this version` : `${code}: ${codes[code].meaning}`
}

const boardText = ({
  path,
  kid,
  app,
  board,
  firmware,
  waiting,
}: Extract<DeviceEvent, { event: 'board/up' }>): string => {
  const what = `${app} ${firmware} on ${board} at ${path}`
  if (kid === null) return `board without a key: ${what}; next: stop this, and hexfix provision --port ${path}`
  return `board ${kid}: ${what}, ${waiting} reports waiting`
}

/** What is said of a report that was carried: a pair that is not approved gets this answer. */
const carriedText = ({ kid, relay, verdict, logIndex }: Extract<DeviceEvent, { event: 'relay/receipt' }>): string => {
  const isUnknown = verdictCode(verdict) === 'device/unknown'
  const approve = isUnknown ? ` Or approve it: hexfix devices relay ${kid} --over ${relay}` : ''
  return `${receiptText(verdict, logIndex)}${approve}`
}

/** One event of a device as a line for people; null for what they need not see. */
export const eventLine = (event: DeviceEvent): string | null => {
  switch (event.event) {
    case 'report/signed':
      return `-> report #${event.seq}  ${event.blocks.map(blockText).join(' | ')}`
    case 'report/acknowledged':
      return null
    case 'report/receipt':
      return `<- report #${event.seq}  ${receiptText(event.verdict, event.logIndex)}`
    case 'link/up':
      return `connected to ${event.gateway}`
    case 'time/synced':
      return null
    case 'boot/moved':
      return `boot ${event.from} was used before; went on under ${event.to}, ${event.signedAgain} reports signed again`
    case 'command/done':
      return `command #${event.n}, op ${event.op}: status ${event.status}`
    case 'update/installed':
    case 'update/confirmed':
      return `${event.event}: firmware ${event.firmware}`
    case 'board/up':
      return boardText(event)
    case 'board/note':
      return `board at ${event.path} says: ${event.detail}`
    case 'relay/carried':
      return event.type === 'report' ? null : `-> ${event.kid} ${event.type}`
    case 'relay/firmware':
      return `<- ${event.kid} firmware`
    case 'relay/receipt':
      return `<- ${event.kid} report #${event.seq}  ${carriedText(event)}`
    case 'link/down':
    case 'link/refused':
    case 'receipt/refused':
    case 'command/identify':
    case 'trust/changed':
    case 'beacon/waiting':
      return `${event.event}: ${event.detail}`
    // A gateway that is away says so at the connection.
    case 'time/refused':
      return event.code === 'time/no-answer' ? null : `${event.code}: ${event.detail}`
    case 'board/down':
    case 'relay/refused':
    case 'sensor/failed':
    case 'radio/failed':
    case 'entropy/refused':
    case 'disk/failed':
    case 'command/refused':
    case 'update/refused':
      return `${event.code}: ${event.detail}`
  }
}
