import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, firstOwnSchema, ok } from '../../../device-sdk/protocol/index.ts'

const ref = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

/** What may be chosen for every application. Defaults are filled in here: a device carries no schema library. */
const shared = {
  /** Seconds between readings. */
  everyS: z.int().min(1).max(86_400).default(60),
  /** Readings in one report; absent: one under Node, sixty where a signature is dear. */
  batch: z.int().min(1).max(4_096).optional(),
  /** What feeds the board; absent: what its manifest says. */
  power: z.enum(['mains', 'battery']).optional(),
  /** Bytes of flash for reports that wait, on boards without a file system. */
  outboxBytes: z.int().min(1_024).max(1_048_576).optional(),
  /** How reports leave a board without a file system: over its line, or also over the WiFi that it has. */
  link: z.enum(['line', 'wifi']).default('line'),
  /** Under Node: another sensor for a part, as `hexfix device run --sensor` takes it. */
  sensors: z.record(ref, z.string().min(1)).default({}),
  /** Under Node: the serial port of a part on USB. */
  ports: z.record(ref, z.string().regex(/^\/\S+$/)).default({}),
  /** The network's own schema for light, one field in lx: no standard schema has it. Without it no light is reported. */
  lightSchema: z.int().min(firstOwnSchema).max(4_294_967_295).optional(),
  /** Parts of the wiring that are not there, by their `ref`. */
  without: z.array(ref).default([]),
}

/** What may be chosen, by application; for all others `other`. */
export const configForms = {
  'air-node': z.strictObject({
    ...shared,
    /** How long the fan of the SDS011 runs before it is read. */
    warmUpS: z.int().min(0).max(600).default(30),
  }),
  'energy-meter': z.strictObject({
    ...shared,
    /** Of a meter with an S0 output, as it stands on it. */
    pulsesPerKwh: z.int().min(1).max(100_000).default(1_000),
    /** Of a Modbus meter: its address. */
    unit: z.int().min(1).max(247).default(1),
  }),
  hotspot: z.strictObject({
    radio: z
      .string()
      .regex(/^semtech:/, 'semtech:HOST:PORT')
      .default('semtech:127.0.0.1:1700'),
    region: z.enum(['EU868', 'US915']).default('EU868'),
    gainDbi: z.number().min(-30).max(30).default(0),
    cableLossDb: z.number().min(0).max(30).default(0),
    beaconEveryS: z.int().min(1).max(86_400).default(21_600),
  }),
  other: z.strictObject(shared),
}

/** Every choice of every application; what an application has no use for is absent. */
export type AppConfig = Partial<
  z.infer<(typeof configForms)['air-node']> &
    z.infer<(typeof configForms)['energy-meter']> &
    z.infer<(typeof configForms)['hotspot']>
>

const fileBytesMax = 65_536

/** @param value - what stands in the file; an empty object where there is none. Errors: build/bad-config. */
export const readConfig = (app: string, value: unknown): Result<AppConfig> => {
  const form = Object.hasOwn(configForms, app) ? configForms[app as keyof typeof configForms] : configForms.other
  const parsed = form.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const faults = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  return fail('build/bad-config', faults.join('; '))
}

/** @param path - a JSON file. Errors: build/bad-config. */
export const readConfigFile = async (app: string, path: string): Promise<Result<AppConfig>> => {
  try {
    const text = await readFile(path, 'utf8')
    if (text.length > fileBytesMax) return fail('build/bad-config', `${path}: over ${fileBytesMax} bytes`)
    const read = readConfig(app, JSON.parse(text))
    return read.ok ? read : fail(read.error.code, `${path}: ${read.error.detail}`)
  } catch (error) {
    return fail('build/bad-config', `${path}: ${error instanceof Error ? error.message : error}`)
  }
}
