import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'
import { profileNames } from './coverage/index.ts'
import { trustedAddresses } from './edge/index.ts'

const port = z.int().min(0).max(65_535)
const listen = (defaultPort: number) =>
  z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(defaultPort) }).prefault({})

const listenSecure = (defaultPort: number) =>
  z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(defaultPort) }).optional()

/** The whole configuration of a gateway. Port 0 takes a free one. */
const configSchema = z.strictObject({
  net: z.int().min(0).default(1).describe('number of the network that every signature binds'),
  chainId: z.int().min(0).default(31_337).describe('chain that claims by EIP-712 are bound to'),
  data: z.string().min(1).default('.hexfix/gateway').describe('folder of the store, the key and the admin token'),
  mqtt: listen(1883),
  http: listen(8080),
  mqtts: listenSecure(8883).describe('MQTT over TLS, open where there is a certificate'),
  https: listenSecure(8443).describe('the API and MQTT over WebSocket over TLS, open where there is a certificate'),
  tls: z
    .strictObject({ cert: z.string().min(1), key: z.string().min(1) })
    .optional()
    .describe('files of a certificate from elsewhere, in PEM'),
  names: z
    .array(z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an address'))
    .max(16)
    .default([])
    .describe('names and addresses under which devices reach this gateway, the first one first'),
  public: z
    .strictObject({
      urls: z
        .array(
          z
            .string()
            .max(255)
            .regex(/^(mqtts?|wss?|https?):\/\/[!-~]+$/, 'a URL of mqtt, mqtts, ws, wss, http or https'),
        )
        .min(1)
        .max(4),
      tlsSpki: z.union([z.literal('none'), z.string().regex(/^[0-9a-f]{64}$/)]).optional(),
    })
    .optional()
    .describe("addresses to hand out in place of the gateway's own, such as a proxy's, and the key that TLS has there"),
  trustedProxies: z
    .array(z.string())
    .max(64)
    .default([])
    .describe('addresses and networks whose PROXY headers and X-Forwarded-For are believed'),
  mdns: z
    .strictObject({ announce: z.boolean().optional(), interface: z.ipv4().optional() })
    .prefault({})
    .describe('announce by mDNS; unless said otherwise, where something listens off loopback'),
  insecure: z.boolean().default(false).describe('allow addresses off loopback without TLS'),
  quotaBytesPerDay: z.int().min(65_536).default(67_108_864).describe('what one device may store in a day (UTC)'),
  inFlightMax: z.int().min(1).max(65_535).default(16).describe('unacknowledged reports of one device'),
  pendingS: z.int().min(1).default(86_400).describe('how long a new device has for its first accepted report'),
  rotateWaitS: z.int().min(1).default(259_200).describe("how long a rotation waits that the old key didn't sign"),
  entropyStepS: z.int().min(1).max(3_600).default(60).describe('seconds between published values of entropy'),
  publishesPerSMax: z.int().min(1).default(100).describe('of one device; what comes faster waits unread'),
  bytesPerSMax: z.int().min(65_536).default(524_288).describe('of one device; what comes faster waits unread'),
  subscriptionsMax: z.int().min(1).default(8).describe('subscriptions of one device'),
  connectsPerMinuteMax: z.int().min(1).default(15).describe('successful connects of one device'),
  failuresPerMinuteMax: z.int().min(1).default(60).describe('failed connects of one address, before it is paused'),
  connectionsMax: z.int().min(1).default(12_000).describe('open connections of each port'),
  commitDelayMsMax: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('how long a report may wait for others to be written with it; 5, or 500 on an SD card or eMMC'),
  verifyWorkers: z.int().min(0).max(16).optional().describe('threads that check signatures; 2, or none on one core'),
  epochS: z.int().min(5).default(86_400).describe('length of an epoch in seconds'),
  ruleset: z.enum(profileNames).default('hexfix-2').describe('the rules by which epochs are judged'),
  epochBudget: z
    .string()
    .regex(/^[0-9]{1,30}$/, 'a whole number in decimal digits')
    .default('1000000000000')
    .describe('what an epoch pays, in the smallest unit; with halvingEpochs, what the first one issues'),
  halvingEpochs: z
    .int()
    .min(1)
    .optional()
    .describe('epochs after which half as much is issued, by the pools of the ruleset; unset: no emission, no pools'),
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
  HEXFIX_MQTTS_HOST: ['mqtts', 'host'],
  HEXFIX_MQTTS_PORT: ['mqtts', 'port'],
  HEXFIX_HTTPS_HOST: ['https', 'host'],
  HEXFIX_HTTPS_PORT: ['https', 'port'],
  HEXFIX_TLS_CERT: ['tls', 'cert'],
  HEXFIX_TLS_KEY: ['tls', 'key'],
  HEXFIX_MDNS_ANNOUNCE: ['mdns', 'announce'],
  HEXFIX_MDNS_INTERFACE: ['mdns', 'interface'],
  HEXFIX_INSECURE: ['insecure'],
  HEXFIX_QUOTA_BYTES_PER_DAY: ['quotaBytesPerDay'],
  HEXFIX_IN_FLIGHT_MAX: ['inFlightMax'],
  HEXFIX_PENDING_S: ['pendingS'],
  HEXFIX_ROTATE_WAIT_S: ['rotateWaitS'],
  HEXFIX_ENTROPY_STEP_S: ['entropyStepS'],
  HEXFIX_PUBLISHES_PER_S_MAX: ['publishesPerSMax'],
  HEXFIX_BYTES_PER_S_MAX: ['bytesPerSMax'],
  HEXFIX_SUBSCRIPTIONS_MAX: ['subscriptionsMax'],
  HEXFIX_CONNECTS_PER_MINUTE_MAX: ['connectsPerMinuteMax'],
  HEXFIX_FAILURES_PER_MINUTE_MAX: ['failuresPerMinuteMax'],
  HEXFIX_CONNECTIONS_MAX: ['connectionsMax'],
  HEXFIX_COMMIT_DELAY_MS_MAX: ['commitDelayMsMax'],
  HEXFIX_VERIFY_WORKERS: ['verifyWorkers'],
  HEXFIX_EPOCH_S: ['epochS'],
  HEXFIX_EPOCH_BUDGET: ['epochBudget'],
  HEXFIX_HALVING_EPOCHS: ['halvingEpochs'],
  HEXFIX_RULESET: ['ruleset'],
}
const textual = ['data', 'host', 'epochBudget', 'ruleset', 'cert', 'key', 'interface']

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

/** Where the gateway listens off loopback without TLS. */
export const plainHosts = ({ mqtt, http }: GatewayConfig): string[] =>
  [mqtt.host, http.host].filter((host) => !isLoopback(host))

/** What one device, one address and the whole broker are granted. */
export const brokerLimits = (config: GatewayConfig) => ({
  inFlightMax: config.inFlightMax,
  publishesPerSMax: config.publishesPerSMax,
  bytesPerSMax: config.bytesPerSMax,
  subscriptionsMax: config.subscriptionsMax,
  connectsPerMinuteMax: config.connectsPerMinuteMax,
  failuresPerMinuteMax: config.failuresPerMinuteMax,
  connectionsMax: config.connectionsMax,
})

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
  const open = plainHosts(parsed.data)[0]
  if (open !== undefined && !parsed.data.insecure) return fail('config/tls-required', `${open} is not loopback`)
  const trusted = trustedAddresses(parsed.data.trustedProxies)
  return trusted.ok ? ok(parsed.data) : trusted
}
