/** One float32 (IEEE 754, two registers, high word first), and by what it is multiplied to have the unit of the field. */
type Register = { readonly field: string; readonly address: number; readonly factor: number }

/** A meter is an entry here; no code knows one by name. `field` names a field of schema 3. */
export type Meter = {
  readonly name: string
  /** As it is delivered. */
  readonly baud: number
  readonly unit: number
  readonly registers: readonly Register[]
}

export const meters: { readonly [id: string]: Meter } = {
  /** Eastron, "SDM120-MODBUS Protocol": the table of input registers, 30001 and on, read by function 4; 2400 baud, 8N1. */
  sdm120: {
    name: 'Eastron SDM120',
    baud: 2_400,
    unit: 1,
    registers: [
      { field: 'voltage', address: 0x0000, factor: 1 },
      { field: 'current', address: 0x0006, factor: 1 },
      { field: 'power', address: 0x000c, factor: 1 },
      { field: 'pf', address: 0x001e, factor: 1 },
      { field: 'frequency', address: 0x0046, factor: 1 },
      { field: 'energy', address: 0x0048, factor: 1_000 },
    ],
  },
}
