import { existsSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { AnnouncedScheme, Result } from '../device-sdk/protocol/index.ts'
import { announcedSchemes, fail, ok, toHex } from '../device-sdk/protocol/index.ts'
import type { ServerDeps } from './api/index.ts'
import { apiServer } from './api/index.ts'
import type { Broker } from './broker/index.ts'
import { defaultBrokerLimits, listenTcp, tlsVersionMin } from './broker/index.ts'
import type { GatewayConfig } from './config.ts'
import { isLoopback } from './config.ts'
import type { IsTrusted, TlsKeeper, TlsPaths } from './edge/index.ts'
import {
  certify,
  clientOf,
  keepTls,
  mqttOverWebSocket,
  plainAddress,
  sourceOf,
  tlsFiles,
  trustedAddresses,
} from './edge/index.ts'
import { certificateNames, listenHttp, reachableHost, urlOf } from './http-address.ts'
import type { Log } from './telemetry/index.ts'

export type ListenerFacts = {
  readonly mqtt: string
  readonly http: string
  readonly mqtts?: string
  readonly https?: string
  /** What devices are to try, in this order. */
  readonly urls: readonly string[]
  /** SHA-256 of the TLS key's SubjectPublicKeyInfo in hex, for devices to pin; absent without TLS, or where none is to be pinned. */
  readonly tlsSpki?: string
}
export type Listeners = {
  readonly facts: ListenerFacts
  /** When the certificate ends; 0 without one. */
  tlsEndMs(): number
  reload(): void
  close(): Promise<void>
}

const defaultPorts = { mqtts: 8883, https: 8443 } as const
const webSocketPath = '/mqtt'

/** Which certificate there is: that of the configuration, or the gateway's own; null where there is none. */
export const tlsPathsOf = ({ tls, data, mqtts, https }: GatewayConfig): Result<TlsPaths | null> => {
  if (tls !== undefined) return ok(tls)
  const own = tlsFiles(data)
  if (existsSync(own.cert)) return ok({ cert: own.cert, key: own.key })
  return mqtts === undefined && https === undefined ? ok(null) : fail('tls/absent', own.cert)
}

const openTls = (config: GatewayConfig, log: Log, renewed: (tls: TlsKeeper) => void): Result<TlsKeeper | null> => {
  const paths = tlsPathsOf(config)
  if (!paths.ok) return paths
  if (paths.value === null) return ok(null)
  const refused = ({ code, detail }: { readonly code: string; readonly detail?: string }): void =>
    log.error({ event: code, detail })
  const keeper = keepTls({
    paths: paths.value,
    renew: () => {
      // Where the authority's key is kept elsewhere, and for a certificate from elsewhere, others renew.
      if (config.tls !== undefined || !existsSync(tlsFiles(config.data).caKey)) return
      const certified = certify(config.data, certificateNames(config.names), Date.now())
      if (!certified.ok) refused(certified.error)
    },
    renewed: ({ notAfterMs }) => {
      log.info({ event: 'tls/renewed', until: new Date(notAfterMs).toISOString() })
      if (keeper.ok) renewed(keeper.value)
    },
    refused,
  })
  return keeper
}

/** Who asks over HTTP. A proxy that is not named here speaks for others all the same: then nobody counts as local. */
const callerOf = (isTrusted: IsTrusted) => (incoming: IncomingMessage) => {
  const peer = plainAddress(incoming.socket.remoteAddress ?? '')
  const header = incoming.headers['x-forwarded-for']
  const forwarded = Array.isArray(header) ? header.join(',') : header
  const address = clientOf(peer, forwarded, isTrusted)
  const isRelayed = forwarded !== undefined || incoming.headers.forwarded !== undefined
  return { address, source: sourceOf(address), isLocal: isLoopback(address) && (!isRelayed || isTrusted(peer)) }
}

/**
 * Opens every port: MQTT and the API plainly, and both over TLS where there is a certificate; MQTT over WebSocket at /mqtt beside
 * the API. Errors: those of listening and of reading a certificate, and tls/absent.
 */
export const openListeners = async (
  config: GatewayConfig,
  broker: Broker,
  log: Log,
  api: Omit<ServerDeps, 'openReading' | 'caller'>,
): Promise<Result<Listeners>> => {
  const isProxy = trustedAddresses(config.trustedProxies)
  if (!isProxy.ok) return isProxy
  const renewals: ((keys: { readonly cert: string; readonly key: string }) => void)[] = []
  const tls = openTls(config, log, (keeper) => {
    for (const renew of renewals) renew(keeper.current())
  })
  if (!tls.ok) return tls
  const keys = tls.value?.current() ?? null
  const closers: (() => Promise<void> | void)[] = [() => tls.value?.close()]
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  const { connectionsMax } = config
  const caller = callerOf(isProxy.value)

  const openMqtt = async (at: { readonly host: string; readonly port: number }, secure: boolean) => {
    const listener = await listenTcp({
      ...at,
      ...broker,
      isProxy: isProxy.value,
      connectionsMax,
      ...(secure && keys !== null ? { tls: keys } : {}),
    })
    if (!listener.ok) return listener
    closers.push(listener.value.close)
    if (secure) renewals.push(listener.value.renew)
    return ok(listener.value.port)
  }

  const openApi = async ({ host, port }: { readonly host: string; readonly port: number }, secure: boolean) => {
    const deps = { ...api, openReading: isLoopback(host), caller }
    const server = apiServer(deps, secure && keys !== null ? { ...keys, minVersion: tlsVersionMin } : null)
    server.maxConnections = connectionsMax
    server.on(
      'upgrade',
      mqttOverWebSocket({
        path: webSocketPath,
        messageBytesMax: 2 * defaultBrokerLimits.packetBytesMax,
        addressOf: (incoming) => caller(incoming).address,
        admits: broker.admits,
        accept: broker.accept,
      }),
    )
    const listening = await listenHttp(server, host, port)
    if (!listening.ok) return listening
    closers.push(() => {
      api.live.close()
      server.closeAllConnections()
      server.close()
    })
    if (secure && 'setSecureContext' in server) {
      renewals.push(({ cert, key }) => server.setSecureContext({ cert, key, minVersion: tlsVersionMin }))
    }
    return listening
  }

  const stopped = async (failure: Result<never>): Promise<Result<never>> => {
    await close()
    return failure
  }
  const { names } = config
  const local = '127.0.0.1'
  const mqttsAt = config.mqtts ?? { host: local, port: defaultPorts.mqtts }
  const httpsAt = config.https ?? { host: local, port: defaultPorts.https }
  const mqtt = await openMqtt(config.mqtt, false)
  if (!mqtt.ok) return stopped(mqtt)
  const http = await openApi(config.http, false)
  if (!http.ok) return stopped(http)
  const plain = {
    mqtt: urlOf('mqtt', config.mqtt.host, mqtt.value),
    http: urlOf('http', config.http.host, http.value),
  }
  const own = config.public?.urls
  const reach = (scheme: string, host: string, port: number): string => urlOf(scheme, reachableHost(host, names), port)
  const tlsEndMs = (): number => tls.value?.current().notAfterMs ?? 0
  const reload = (): void => tls.value?.reload()
  if (keys === null) {
    const urls = own ?? [reach('mqtt', config.mqtt.host, mqtt.value), reach('http', config.http.host, http.value)]
    return ok({ facts: { ...plain, urls, ...pinOf(config, null) }, tlsEndMs, reload, close })
  }
  const mqtts = await openMqtt(mqttsAt, true)
  if (!mqtts.ok) return stopped(mqtts)
  const https = await openApi(httpsAt, true)
  if (!https.ok) return stopped(https)
  const secured = {
    mqtts: reach('mqtts', mqttsAt.host, mqtts.value),
    https: reach('https', httpsAt.host, https.value),
  }
  const webSocket = `${reach('wss', httpsAt.host, https.value)}${webSocketPath}`
  const urls = own ?? [secured.mqtts, webSocket, secured.https]
  return ok({ facts: { ...plain, ...secured, urls, ...pinOf(config, keys.spki) }, tlsEndMs, reload, close })
}

const pinOf = (config: GatewayConfig, spki: Uint8Array | null): { readonly tlsSpki?: string } => {
  const given = config.public?.tlsSpki
  if (given === 'none') return {}
  const pin = given ?? (spki === null ? undefined : toHex(spki))
  return pin === undefined ? {} : { tlsSpki: pin }
}

/** Where devices reach the API: the first address of it that they are to try, without a slash at its end. */
export const apiAddressOf = ({ urls, https, http }: ListenerFacts): string =>
  (urls.find((url) => /^https?:/.test(url)) ?? https ?? http).replace(/\/+$/, '')

/** What to announce by mDNS: every port that is off loopback, or all where the configuration says so; null for nothing. */
export const announcementOf = (
  config: GatewayConfig,
  { net, kid, tlsSpki, ...facts }: ListenerFacts & { readonly net: number; readonly kid: string },
) => {
  const { announce, interface: address } = config.mdns
  const ports: Partial<Record<AnnouncedScheme, number>> = {}
  for (const scheme of announcedSchemes) {
    const url = facts[scheme]
    const isOpen = announce === true || !isLoopback(config[scheme]?.host ?? '127.0.0.1')
    if (url !== undefined && isOpen) ports[scheme] = Number(new URL(url).port)
  }
  if (announce === false || Object.keys(ports).length === 0) return null
  return {
    net,
    kid,
    ports,
    ...(tlsSpki === undefined ? {} : { spki: tlsSpki }),
    ...(address === undefined ? {} : { interface: address }),
  }
}
