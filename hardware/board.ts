import { z } from 'zod'
import { header, idSchema, milliamperes, sourcesSchema, volts } from './facts.ts'

const caps = [
  'gpio',
  'input',
  'i2c-sda',
  'i2c-scl',
  'uart-tx',
  'uart-rx',
  'spi-sck',
  'spi-miso',
  'spi-mosi',
  'spi-cs',
  'usb-host',
  'power',
  'ground',
  'reserved',
] as const

/** `header` is the number printed at the pin. `maxVolts` of a pin replaces that of the board. */
const pinSchema = z.strictObject({
  id: z.string(),
  side: z.enum(['left', 'right', 'end']),
  order: z.int().positive(),
  header: z.int().positive().optional(),
  caps: z.array(z.enum(caps)).min(1),
  volts,
  maxVolts: volts.optional(),
})

const hex4 = z.string().regex(/^[0-9a-f]{4}$/)
const bytes = z.int().positive()
const devicePath = z.string().regex(/^\/dev\/[\w./-]+$/)

/**
 * The manifest of a board: data, so that a new board touches no code. Voltages in V, currents in mA (asleep: uA),
 * memory in bytes, clocks in Hz. `tested` says what is true: `bench` ran on hardware, `emulated` as the real firmware
 * image in an emulator, `profile` in our model of its limits, `untested` on none of these.
 */
export const boardSchema = z.strictObject({
  ...header,
  id: idSchema,
  name: z.string(),
  vendor: z.string(),
  runtime: z.enum(['node', 'espruino', 'firmata']),
  mcu: z.strictObject({
    part: z.string(),
    /** What the chip answers when it is asked who it is, in hexadecimal digits. */
    signature: z.string().optional(),
    clockHz: z.int().positive(),
    flashBytes: bytes.optional(),
    ramBytes: bytes,
  }),
  /** A `generic` pair belongs to a bridge that many boards carry: it never identifies a board alone. */
  usb: z.array(z.strictObject({ vid: hex4, pid: hex4, generic: z.boolean().optional() })),
  flash: z.strictObject({
    protocol: z.enum(['stk500v1', 'espruino', 'esp-rom', 'files']),
    baud: z.int().positive().optional(),
    reset: z.enum(['dtr', 'dtr-rts', 'none']),
    pageBytes: bytes.optional(),
    maxBytes: bytes.optional(),
    verify: z.enum(['read-back', 'sha256', 'md5']),
    manualBoot: z.string(),
    /** Where the parts of a firmware go, by how the names of their files begin; in the order of their addresses. */
    parts: z.array(z.strictObject({ begins: z.string(), address: z.int().min(0) })).optional(),
  }),
  console: z.strictObject({ link: z.enum(['serial', 'ble', 'ssh']), baud: z.int().positive().optional() }),
  /**
   * The most that an application may weigh once it is built. `arch`: the processors that Node may run on, of the board or of
   * the computer beside it, by the names of `process.arch`.
   */
  build: z.strictObject({
    target: z.enum(['node', 'espruino', 'firmata']),
    budgetBytes: bytes,
    arch: z
      .array(z.enum(['arm', 'arm64', 'x64']))
      .min(1)
      .optional(),
  }),
  /**
   * What Espruino calls things on this board, and how many variables its firmware keeps: the memory of programs. `random` is
   * where a key may come from, and `button` the one that a person holds to have the console back. `pinPrefix` where pins are
   * printed under another name than Espruino's, as IO21 for D21. `wifi` where the firmware has the modules Wifi and net.
   */
  espruino: z
    .strictObject({
      line: z.enum(['USB', 'Bluetooth', 'Serial1']),
      button: z.strictObject({ pin: z.string(), pressed: z.union([z.literal(0), z.literal(1)]) }),
      random: z.enum(['nrf52', 'stm32f4', 'esp32', 'linux']),
      variables: z.int().positive(),
      pinPrefix: z.strictObject({ printed: z.string(), called: z.string() }).optional(),
      wifi: z.boolean().optional(),
    })
    .optional(),
  pins: z
    .array(pinSchema)
    .min(1)
    .refine((pins) => new Set(pins.map(({ id }) => id)).size === pins.length, 'two pins have one id')
    .refine(
      (pins) => new Set(pins.map(({ side, order }) => `${side} ${order}`)).size === pins.length,
      'two pins have one place',
    ),
  /** How the board lies in a drawing. */
  view: z.string(),
  /** A bus that is led out on two pairs of pins has two entries with one id. `device` is its file under Linux. */
  buses: z.strictObject({
    i2c: z.array(z.strictObject({ id: z.string(), sda: z.string(), scl: z.string(), device: devicePath.optional() })),
    spi: z.array(z.strictObject({ id: z.string(), sck: z.string(), miso: z.string(), mosi: z.string() })),
    uart: z.array(z.strictObject({ id: z.string(), tx: z.string(), rx: z.string(), device: devicePath.optional() })),
  }),
  /** What a signal pin drives, and the most that it bears. */
  logic: z.strictObject({ volts, maxVolts: volts }),
  /** Supplies for parts. `maxMa` is the most that all parts on the rail may draw together. */
  rails: z.array(z.strictObject({ volts, pins: z.array(z.string()).min(1), maxMa: milliamperes.optional() })),
  /** For a battery budget: at work with its radios idle, and in the deepest sleep that it wakes from by itself. */
  power: z.strictObject({
    supplyVolts: volts,
    supplyMaxMa: milliamperes,
    /** What feeds it where nobody says otherwise. */
    from: z.enum(['mains', 'battery']).optional(),
    activeMa: milliamperes,
    sleepUa: z.number().positive().optional(),
  }),
  /** Where a key can live, and whether the board can run the native Thumb-2 signer. */
  keys: z.strictObject({
    stores: z.array(z.enum(['file', 'systemd', 'flash', 'host'])).min(1),
    nativeSigner: z.boolean(),
  }),
  notes: z.array(z.string()).optional(),
  sources: sourcesSchema,
  tested: z.enum(['bench', 'emulated', 'profile', 'untested']),
})

export type Board = z.infer<typeof boardSchema>
export type BoardPin = Board['pins'][number]
