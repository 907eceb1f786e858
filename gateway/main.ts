import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Result } from '../device-sdk/protocol/index.ts'
import { kidOf, ok, toHex } from '../device-sdk/protocol/index.ts'
import type { ApiDeps } from './api/index.ts'
import { apiServer, openLive, routes } from './api/index.ts'
import type { Broker } from './broker/index.ts'
import { listenTcp, startBroker } from './broker/index.ts'
import { openCommandDesk } from './command/index.ts'
import type { GatewayConfig } from './config.ts'
import { isLoopback } from './config.ts'
import { openEpochDesk } from './epoch/index.ts'
import { listenHttp, urlOf } from './http-address.ts'
import { gatewayFiles, openAdminToken, openIdentity } from './identity.ts'
import { admitConnect, deviceKeys, openRegistry, openRelays, openSchemas } from './registry/index.ts'
import { openReports } from './reports.ts'
import { secureFolder, writeRunFile } from './run-folder.ts'
import { openStore } from './store/index.ts'
import type { Log } from './telemetry/index.ts'
import { openMetrics } from './telemetry/index.ts'
import { openTimeDesk } from './time/index.ts'
import { uplink } from './uplink.ts'
import { chooseSigner, chooseVerifier } from './verifier/index.ts'

export type RunningGateway = {
  readonly kid: string
  readonly net: number
  readonly mqtt: string
  readonly http: string
  readonly data: string
  readonly verifier: string
  readonly store: string
  /** How long a report may wait for others to be written with it, and why so long. */
  readonly commitDelayMs: number
  readonly commitDelayWhy: string
  close(): Promise<void>
}

const epochCheckMs = 500
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')

/** Starts a gateway: everything that runs is put together here and nowhere else. Listens last, when all the rest stands. */
export const startGateway = async (config: GatewayConfig, log: Log): Promise<Result<RunningGateway>> => {
  const { net, data } = config
  const folder = secureFolder(data)
  if (!folder.ok) return folder
  const { makeSigner } = await chooseSigner()
  const signer = openIdentity(data, makeSigner)
  if (!signer.ok) return signer
  const token = openAdminToken(data)
  if (!token.ok) return token
  const opened = openStore(data)
  if (!opened.ok) return opened
  const store = opened.value
  const closers: (() => Promise<void> | void)[] = [store.close]
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  const stopped = async (failure: Result<never>): Promise<Result<never>> => {
    await close()
    return failure
  }

  const { verifier, tried } = await chooseVerifier()
  for (const { name, why } of tried) log.info({ event: 'verifier/skipped', name, why })
  const registry = openRegistry(store)
  const kid = kidOf(signer.value.publicKey, sha256)
  const identity = { net, kid, publicKey: signer.value.publicKey, sha256, sign: signer.value.sign }
  const metrics = openMetrics({ verifier: verifier.name, store: store.name })
  const live = openLive()
  const checks = { sha256, verify: verifier.verify }
  const relays = openRelays(store, registry, Date.now)
  const keyOf = deviceKeys(registry, relays)
  const schemas = openSchemas({ ...checks, store, identity, now: Date.now })
  if (!schemas.ok) return stopped(schemas)
  const { schemaOf } = schemas.value

  let broker: Broker | null = null
  const isConnected = (device: string): boolean => broker?.isConnected(device) ?? false

  const reports = openReports({
    config,
    store,
    identity,
    verifier,
    ingest: { ...checks, net, schemaOf, keyOf, store },
    announce: { log, metrics, live, schemaOf },
    wants: (device, via) => broker?.wants(device, 'receipt', via) ?? false,
    send: ({ kid: device, message, via }) => broker?.send(device, 'receipt', message, via),
  })
  closers.push(reports.close)

  const signed = { ...checks, net, keyOf, identity, store, now: Date.now }
  const time = openTimeDesk(signed)
  const commands = openCommandDesk({
    ...signed,
    relays,
    send: (device, message, via) => broker?.send(device, 'command', message, via) ?? false,
    answered: ({ kid: device, n, op, status, detail }) => {
      log.info({ event: 'command/answered', kid: device, n, op, status, detail })
      live.publish('result', { kid: device, n, op, status, detail: detail === null ? null : JSON.parse(detail) })
    },
  })

  broker = await startBroker({
    net,
    limits: { inFlightMax: config.inFlightMax },
    hooks: {
      authenticate: async (attempt) => {
        const admitted = admitConnect(attempt, { ...checks, net, gatewayKid: kid, store, registry })
        metrics.connects.inc({ code: admitted.ok ? 'accepted' : admitted.error.code })
        if (!admitted.ok)
          log.info({ event: admitted.error.code, kid: attempt.clientId.slice(0, 16), from: attempt.remoteAddress })
        return admitted
      },
      publish: uplink({
        time,
        commands,
        metrics,
        log,
        takeReport: reports.take,
        sendSync: ({ kid: device, via }, sync) => broker?.send(device, 'sync', sync, via),
      }),
      refused: (refusal) => {
        metrics.refusals.inc({ code: refusal.code })
        log.info({ event: refusal.code, kid: refusal.kid, from: refusal.remoteAddress, detail: refusal.detail })
        live.publish('refusal', { code: refusal.code, kid: refusal.kid ?? null })
      },
    },
  })
  const running = broker
  closers.push(running.close)

  const mqttListener = await listenTcp({ ...config.mqtt, accept: running.accept })
  if (!mqttListener.ok) return stopped(mqttListener)
  closers.push(mqttListener.value.close)

  const epochs = openEpochDesk({
    store,
    registry,
    epochS: config.epochS,
    budget: BigInt(config.epochBudget),
    now: Date.now,
  })
  const apiDeps: ApiDeps = {
    store,
    registry,
    schemas: schemas.value,
    epochs,
    time,
    relays,
    commands,
    enrol: { ...checks, net, store, registry, now: Date.now },
    identity,
    facts: () => facts,
    speed: reports.speed,
    isConnected,
    disconnect: running.disconnect,
    changed: (event, device) => log.info({ event, kid: device }),
  }
  const server = apiServer({
    routes: routes(apiDeps),
    live,
    metrics,
    adminToken: token.value,
    openReading: isLoopback(config.http.host),
    log,
    probe: store.probe,
    gauge: () => {
      metrics.connections.set(running.connected())
      metrics.logIndex.set(store.log.head())
      metrics.workers.set(reports.workersReady())
    },
  })
  const httpPort = await listenHttp(server, config.http.host, config.http.port)
  if (!httpPort.ok) return stopped(httpPort)
  closers.push(async () => {
    live.close()
    server.closeAllConnections()
    server.close()
  })

  const mqtt = urlOf('mqtt', config.mqtt.host, mqttListener.value.port)
  const http = urlOf('http', config.http.host, httpPort.value)
  const facts = {
    net,
    chainId: config.chainId,
    kid: toHex(kid),
    publicKey: toHex(signer.value.publicKey),
    mqtt,
    http,
    verifier: verifier.name,
    store: store.name,
    ...reports.waits,
  }
  const runFile = writeRunFile(gatewayFiles(data).run, facts)
  if (!runFile.ok) return stopped(runFile)
  closers.push(() => rmSync(runFile.value, { force: true }))

  const closeEpochs = (): void => {
    const closed = epochs.closeDue()
    if (closed === null) return
    const { verdicts, shares, ...epoch } = closed
    log.info({ event: 'epoch/closed', ...epoch, verdicts: verdicts.length, shares: shares.length })
    for (const verdict of verdicts) live.publish('verdict', verdict)
    live.publish('epoch', { ...epoch, shares })
  }
  const timer = setInterval(() => {
    try {
      closeEpochs()
    } catch (error) {
      // Nothing is half closed: it is one transaction, and is tried again.
      log.error({ event: 'epoch/not-closed', detail: error instanceof Error ? error.message : String(error) })
    }
  }, epochCheckMs)
  closers.push(() => clearInterval(timer))

  log.info({ event: 'gw/up', ...facts, data })
  return ok({ ...facts, data, close })
}
