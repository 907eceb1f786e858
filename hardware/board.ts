import { z } from 'zod'

/**
 * The manifest of a board: data, so that a new board touches no code. Voltages in V, memory in bytes, clocks in Hz.
 * `tested` says what is true: `bench` ran on hardware, `emulated` as the real firmware image in an emulator,
 * `profile` in our model of its limits, `untested` on none of these.
 */
export const boardSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  vendor: z.string(),
  schema: z.literal(1),
  runtime: z.enum(['node', 'espruino', 'firmata']),
  mcu: z.strictObject({ part: z.string(), clockHz: z.int().positive(), ramBytes: z.int().positive() }),
  pins: z.array(
    z.strictObject({
      id: z.string(),
      header: z.int().positive(),
      caps: z.array(z.enum(['gpio', 'i2c-sda', 'i2c-scl', 'uart-tx', 'uart-rx', 'power', 'ground'])).min(1),
      volts: z.number().min(0).max(5),
    }),
  ),
  keys: z.array(z.enum(['file', 'systemd'])).min(1),
  sources: z.array(z.strictObject({ url: z.url() })).min(1),
  tested: z.enum(['bench', 'emulated', 'profile', 'untested']),
})
