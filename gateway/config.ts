import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'

const port = z.int().min(0).max(65_535)
const listen = (defaultPort: number) =>
  z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(defaultPort) }).prefault({})

/** The whole configuration of a gateway. Port 0 takes a free one. */
const configSchema = z.strictObject({
  net: z.int().min(0).default(1).describe('number of the network that every signature binds'),
  chainId: z.int().min(0).default(31_337).describe('chain that claims by EIP-712 are bound to'),
  data: z.string().min(1).default('.hexfix/gateway').describe('folder of the store, the key and the admin token'),
  mqtt: listen(1883),
  http: listen(8080),
  insecure: z.boolean().default(false).describe('allow addresses off loopback although TLS is not there yet'),
  quotaBytesPerDay: z.int().min(65_536).default(67_108_864).describe('what one device may store in a day (UTC)'),
  inFlightMax: z.int().min(1).max(65_535).default(16).describe('unacknowledged reports of one device'),
  commitDelayMsMax: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('how long a report may wait for others to be written with it; 5, or 500 on an SD card or eMMC'),
  verifyWorkers: z.int().min(0).max(16).optional().describe('threads that check signatures; 2, or none on one core'),
  epochS: z.int().min(5).default(86_400).describe('length of an epoch in seconds'),
  epochBudget: z
    .string()
    .regex(/^[0-9]{1,30}$/, 'a whole number in decimal digits')
    .default('1000000000000')
    .describe('what an epoch pays, in the smallest unit'),
})
export type GatewayConfig = z.infer<typeof configSchema>

/** Environment variable -> path in the configuration. */
const environment: Readonly<Record<string, readonly string[]>> = {
  HEXFIX_NET: ['net'],
  HEXFIX_CHAIN_ID: ['chainId'],
  HEXFIX_DATA: ['data'],
  HEXFIX_MQTT_HOST: ['mqtt', 'host'],
  HEXFIX_MQTT_PORT: ['mqtt', 'port'],
  HEXFIX_HTTP_HOST: ['http', 'host'],
  HEXFIX_HTTP_PORT: ['http', 'port'],
  HEXFIX_INSECURE: ['insecure'],
  HEXFIX_QUOTA_BYTES_PER_DAY: ['quotaBytesPerDay'],
  HEXFIX_IN_FLIGHT_MAX: ['inFlightMax'],
  HEXFIX_COMMIT_DELAY_MS_MAX: ['commitDelayMsMax'],
  HEXFIX_VERIFY_WORKERS: ['verifyWorkers'],
  HEXFIX_EPOCH_S: ['epochS'],
  HEXFIX_EPOCH_BUDGET: ['epochBudget'],
}
const textual = ['data', 'host', 'epochBudget']

type Tree = { [name: string]: unknown }

const parsedValue = (name: string, text: string): unknown => {
  if (textual.includes(name)) return text
  if (text === 'true' || text === 'false') return text === 'true'
  // An empty or wrong number stays text, and the schema says so.
  return /^-?[0-9]+$/.test(text) ? Number(text) : text
}

const put = (tree: Tree, path: readonly string[], text: string): void => {
  const last = path[path.length - 1] as string
  let at = tree
  for (const name of path.slice(0, -1)) {
    const inner = at[name]
    const next: Tree = typeof inner === 'object' && inner !== null ? { ...inner } : {}
    at[name] = next
    at = next
  }
  at[last] = parsedValue(last, text)
}

const readTree = (file: string): Result<Tree> => {
  try {
    const tree: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof tree === 'object' && tree !== null && !Array.isArray(tree)) return ok(tree as Tree)
    return fail('config/invalid', `${file} holds no JSON object`)
  } catch (error) {
    return fail('config/unreadable', `${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** File first, then the environment, then what the command line said (same paths, values as text). */
export const loadConfig = (
  file: string | null,
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly (readonly [path: readonly string[], value: string])[],
): Result<GatewayConfig> => {
  const tree = file === null ? ok<Tree>({}) : readTree(file)
  if (!tree.ok) return tree
  for (const [name, path] of Object.entries(environment)) {
    const value = env[name]
    if (value !== undefined && value !== '') put(tree.value, path, value)
  }
  for (const [path, value] of flags) put(tree.value, path, value)
  const parsed = configSchema.safeParse(tree.value)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'configuration'}: ${issue.message}`)
    return fail('config/invalid', faults.join('; '))
  }
  const open = [parsed.data.mqtt.host, parsed.data.http.host].find((host) => !isLoopback(host))
  if (open !== undefined && !parsed.data.insecure) return fail('config/tls-required', `${open} is not loopback`)
  return ok(parsed.data)
}
