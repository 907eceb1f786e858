import type { BoardPin } from '../board.ts'
import type { PartPin } from '../part.ts'

export type Role = PartPin['role']
type Cap = BoardPin['caps'][number]

/** What a pin of a board must be able to do for a pin of a part; the senders of one are the receivers of the other. */
export const capsFor: { readonly [role in Role]: readonly Cap[] } = {
  supply: ['power'],
  ground: ['ground'],
  'i2c-sda': ['i2c-sda'],
  'i2c-scl': ['i2c-scl'],
  'uart-tx': ['uart-rx'],
  'uart-rx': ['uart-tx'],
  'spi-sck': ['spi-sck'],
  'spi-miso': ['spi-miso'],
  'spi-mosi': ['spi-mosi'],
  'spi-cs': ['spi-cs', 'gpio'],
  output: ['gpio', 'input'],
  input: ['gpio'],
  pulse: ['gpio', 'input'],
  usb: ['usb-host'],
  'rs485-a': [],
  'rs485-b': [],
  sense: [],
  passive: ['gpio', 'input', 'power', 'ground'],
}

/** Roles that several parts share on one pin. */
export const shared: ReadonlySet<Role> = new Set<Role>([
  'supply',
  'ground',
  'i2c-sda',
  'i2c-scl',
  'spi-sck',
  'spi-miso',
  'spi-mosi',
  'rs485-a',
  'rs485-b',
])

/** Roles in which a part drives the wire. */
export const driving: ReadonlySet<Role> = new Set<Role>(['i2c-sda', 'i2c-scl', 'uart-tx', 'spi-miso', 'output'])

/** Roles in which a part is driven by the board. */
export const driven: ReadonlySet<Role> = new Set<Role>([
  'i2c-sda',
  'i2c-scl',
  'uart-rx',
  'spi-sck',
  'spi-mosi',
  'spi-cs',
  'input',
])

/** Whether two parts may meet in these roles with no board between them. */
export const meet = (a: Role, b: Role): boolean =>
  a === 'passive' ||
  b === 'passive' ||
  (a === b && shared.has(a)) ||
  (a === 'uart-tx' && b === 'uart-rx') ||
  (a === 'uart-rx' && b === 'uart-tx')
