import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { plainHosts } from '../config.ts'
import { startGateway } from '../main.ts'
import { openLog } from '../telemetry/index.ts'
import type { ConfigOptions } from './config-options.ts'
import { configOf } from './config-options.ts'

export const gatewayUp = async (options: ConfigOptions & { readonly log: string }, console: Console): Promise<void> => {
  const config = configOf(options)
  if (!config.ok) return console.finish(config, () => [])
  const stop = interrupted()
  const log = openLog(options.log)
  process.once('uncaughtException', (error) => {
    log.fatal({
      event: 'gw/failed',
      detail: error.message,
      stack: process.env.HEXFIX_VERBOSE === undefined ? undefined : error.stack,
    })
    process.exit(1)
  })
  const gateway = await startGateway(config.value, log)
  if (!gateway.ok) return console.finish(gateway, () => [])
  const { kid, net, mqtt, http, mqtts, https, tlsSpki, data, verifier, store, reload, close } = gateway.value
  const { commitDelayMs, commitDelayWhy } = gateway.value
  process.on('SIGHUP', reload)
  console.say(`gateway ${kid} on network ${net}`)
  console.say(`  mqtt      ${mqtts === undefined ? '' : `${mqtts}  `}${mqtt}`)
  console.say(
    `  api       ${https === undefined ? '' : `${https}  `}${http}  (/metrics, /healthz, /readyz, /v1, /mqtt)`,
  )
  if (tlsSpki !== undefined) console.say(`  tls key   ${tlsSpki}  (SHA-256, which devices pin)`)
  console.say(`  data      ${data}  (${store})`)
  console.say(`  verifier  ${verifier}`)
  console.say(`  commits   wait up to ${commitDelayMs} ms (${commitDelayWhy})`)
  const open = plainHosts(config.value)
  if (open.length > 0) console.warn({ code: 'gw/insecure', detail: open.join(', ') })
  console.say('Ctrl-C stops it.')
  const why = await stop
  await close()
  console.finish({ ok: true, value: { kid, net, mqtt, http, stopped: why } }, () => ['stopped'])
}
