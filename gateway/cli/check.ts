import { existsSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { openKeyFile } from '../../device-sdk/signer/index.ts'
import { listenTcp } from '../broker/index.ts'
import type { GatewayConfig } from '../config.ts'
import { readTls } from '../edge/index.ts'
import { gatewayFiles, readAdminToken } from '../identity.ts'
import { tlsPathsOf } from '../listeners.ts'
import { openStore } from '../store/index.ts'
import { chooseVerifier, measureRate } from '../verifier/index.ts'
import type { ConfigOptions } from './config-options.ts'
import { configOf } from './config-options.ts'

type Check = { readonly name: string; readonly ok: boolean; readonly detail: string; readonly error?: Failure }

const checkOf = <T>(name: string, result: Result<T>, detail: string): Check =>
  result.ok ? { name, ok: true, detail } : { name, ok: false, detail: result.error.detail ?? '', error: result.error }

const portCheck = async (name: string, host: string, port: number): Promise<Check> => {
  const listener = await listenTcp({ host, port, accept: (socket) => socket.destroy() })
  if (listener.ok) await listener.value.close()
  return checkOf(name, listener, port === 0 ? `${host}, a free port` : `${host} port ${port} is free`)
}

const fileChecks = (config: GatewayConfig): Check[] => {
  const files = gatewayFiles(config.data)
  // What is absent will be made at the first start: only what is there can be wrong.
  if (!existsSync(files.store))
    return [{ name: 'data', ok: true, detail: `${config.data} will be made at the first start` }]
  const store = openStore(config.data)
  if (store.ok) store.value.close()
  return [
    checkOf('key', openKeyFile(files.key), files.key),
    checkOf('admin token', readAdminToken(config.data), files.token),
    checkOf('store', store, `${files.store} takes writes`),
  ]
}

/** The certificate and its ports, where there is or should be one. */
const tlsChecks = async (config: GatewayConfig): Promise<Check[]> => {
  const paths = tlsPathsOf(config)
  if (paths.ok && paths.value === null) return []
  const tls = paths.ok && paths.value !== null ? readTls(paths.value) : null
  const until = tls?.ok ? new Date(tls.value.notAfterMs).toISOString() : ''
  const { mqtts, https } = config
  return [
    checkOf<unknown>('tls', tls ?? paths, `the certificate is good until ${until}`),
    ...(mqtts === undefined ? [] : [await portCheck('mqtts', mqtts.host, mqtts.port)]),
    ...(https === undefined ? [] : [await portCheck('https', https.host, https.port)]),
  ]
}

export const gatewayCheck = async (options: ConfigOptions, console: Console): Promise<void> => {
  const config = configOf(options)
  if (!config.ok) return console.finish(config, () => [])
  const { mqtt, http, net } = config.value
  const { verifier } = await chooseVerifier()
  const rate = Math.round(measureRate(verifier))
  const checks: Check[] = [
    { name: 'configuration', ok: true, detail: options.config ?? 'defaults and environment' },
    ...fileChecks(config.value),
    await portCheck('mqtt', mqtt.host, mqtt.port),
    await portCheck('http', http.host, http.port),
    ...(await tlsChecks(config.value)),
    { name: 'verifier', ok: true, detail: `${verifier.name}, ${rate} verifications/s` },
  ]
  for (const { error } of checks) if (error !== undefined) console.warn(error)
  const good = checks.every((check) => check.ok)
  if (!good) process.exitCode = 1
  console.finish(ok({ ok: good, net, config: config.value, checks }), () =>
    checks.map(({ name, ok: passed, detail }) => `${passed ? 'ok  ' : 'FAIL'}  ${name.padEnd(14)} ${detail}`),
  )
}
