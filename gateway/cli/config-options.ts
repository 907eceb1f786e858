import type { Result } from '../../device-sdk/protocol/index.ts'
import type { GatewayConfig } from '../config.ts'
import { loadConfig } from '../config.ts'

export type ConfigOptions = {
  readonly config?: string
  readonly data?: string
  readonly net?: number
  readonly mqttPort?: number
  readonly httpPort?: number
  readonly epochS?: number
  readonly ruleset?: string
}

const paths = {
  data: ['data'],
  net: ['net'],
  mqttPort: ['mqtt', 'port'],
  httpPort: ['http', 'port'],
  epochS: ['epochS'],
  ruleset: ['ruleset'],
} as const

/** File, environment, flags: the later wins. */
export const configOf = (options: ConfigOptions): Result<GatewayConfig> => {
  const flags = Object.entries(paths).flatMap(([name, path]): [readonly string[], string][] => {
    const value = options[name as keyof typeof paths]
    return value === undefined ? [] : [[path, String(value)]]
  })
  return loadConfig(options.config ?? null, process.env, flags)
}
