import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Result } from '../device-sdk/protocol/index.ts'
import { kidOf, ok, toHex } from '../device-sdk/protocol/index.ts'
import type { ApiDeps } from './api/index.ts'
import { openLive, routes } from './api/index.ts'
import type { Broker } from './broker/index.ts'
import { startBroker } from './broker/index.ts'
import type { GatewayConfig } from './config.ts'
import { brokerLimits, plainHosts } from './config.ts'
import { openConsumptionDesk } from './consumption/index.ts'
import { namedProfile } from './coverage/index.ts'
import { deviceNews } from './device-news.ts'
import { openDown } from './down.ts'
import { startDueTimer } from './due-timer.ts'
import { announceGateway } from './edge/index.ts'
import { openEntropyDesk } from './entropy/index.ts'
import { openEpochDesk } from './epoch/index.ts'
import { epochCloser } from './epoch-closer.ts'
import { gauge } from './gauge.ts'
import { gatewayFiles, openAdminToken, openIdentity } from './identity.ts'
import type { ListenerFacts, Listeners } from './listeners.ts'
import { announcementOf, apiAddressOf, openListeners } from './listeners.ts'
import { openOwnership } from './ownership/index.ts'
import { refusalNews } from './refusal-news.ts'
import { admitConnect, deviceKeys, openRegistry, openRelays, openSchemas } from './registry/index.ts'
import { openReports } from './reports.ts'
import { secureFolder, writeRunFile } from './run-folder.ts'
import { openStore } from './store/index.ts'
import type { Log } from './telemetry/index.ts'
import { openMetrics } from './telemetry/index.ts'
import { openTimeDesk } from './time/index.ts'
import { uplink } from './uplink.ts'
import { chooseSigner, chooseVerifier } from './verifier/index.ts'

export type RunningGateway = ListenerFacts & {
  readonly kid: string
  readonly net: number
  readonly data: string
  readonly verifier: string
  readonly store: string
  /** How long a report may wait for others to be written with it, and why so long. */
  readonly commitDelayMs: number
  readonly commitDelayWhy: string
  /** Reads the files of TLS again. */
  reload(): void
  close(): Promise<void>
}

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
  const { chainId, pendingS, rotateWaitS } = config
  const ownership = openOwnership({
    ...checks,
    ...{ net, chainId, pendingS, rotateWaitS, store, registry, now: Date.now },
    changed: deviceNews({ log, live, metrics }),
    disconnect: (device) => broker?.disconnect(device),
  })
  const isConnected = (device: string): boolean => broker?.isConnected(device) ?? false

  let listeners: Listeners | null = null
  const signed = { ...checks, net, keyOf, identity, store, now: Date.now }
  const { commands, updates, onReport } = openDown({
    ...{ ...signed, registry, relays, log, live, folder: gatewayFiles(data).releases },
    address: () => (listeners === null ? '' : apiAddressOf(listeners.facts)),
    wants: (device, type, via) => broker?.wants(device, type, via) ?? false,
    send: (device, type, message, via) => broker?.send(device, type, message, via) ?? false,
  })

  const reports = openReports({
    config,
    store,
    identity,
    verifier,
    ingest: {
      ...{ ...checks, net, schemaOf, keyOf, store },
      isPending: (device) => registry.get(device)?.status === 'pending',
      onActivated: ownership.activated,
    },
    announce: { log, metrics, live, schemaOf },
    wants: (device, via) => broker?.wants(device, 'receipt', via) ?? false,
    send: ({ kid: device, message, via }) => broker?.send(device, 'receipt', message, via),
    accepted: onReport,
  })
  closers.push(reports.close)

  const time = openTimeDesk(signed)

  const entropyDesk = openEntropyDesk({
    path: gatewayFiles(data).entropy,
    identity,
    store,
    stepS: config.entropyStepS,
    publish: (message) => broker?.sendEntropy(message),
    failed: ({ code, detail }) => log.error({ event: code, detail }),
    now: Date.now,
  })
  if (!entropyDesk.ok) return stopped(entropyDesk)
  const entropy = entropyDesk.value
  closers.push(entropy.close)
  broker = await startBroker({
    net,
    limits: brokerLimits(config),
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
      newestEntropy: entropy.newest,
      waitingUpdate: updates.onSubscribed,
      refused: refusalNews({ log, live, metrics }),
    },
  })
  const running = broker
  closers.push(running.close)

  const epochs = openEpochDesk({
    store,
    registry,
    epochS: config.epochS,
    budget: BigInt(config.epochBudget),
    halvingEpochs: config.halvingEpochs,
    ruleset: namedProfile(config.ruleset),
    now: Date.now,
  })
  // The first port is open before the last one is known.
  let known: Readonly<Record<string, unknown>> = {}
  const apiDeps: ApiDeps = {
    store,
    registry,
    schemas: schemas.value,
    epochs,
    consumption: openConsumptionDesk({ store, registry, now: Date.now }),
    time,
    relays,
    commands,
    updates,
    ownership,
    chainId,
    now: Date.now,
    identity,
    facts: () => ({ ...known, entropyTip: entropy.tip() }),
    speed: reports.speed,
    isConnected,
    changed: (event, device) => log.info({ event, kid: device }),
  }
  const opening = await openListeners(config, running, log, {
    routes: routes(apiDeps),
    live,
    metrics,
    adminToken: token.value,
    log,
    probe: store.probe,
    gauge: gauge({
      ...{ ...reports, config, metrics, store, registry, updates },
      broker: running,
      listeners: () => listeners,
    }),
  })
  if (!opening.ok) return stopped(opening)
  listeners = opening.value
  closers.push(listeners.close)

  const facts = {
    net,
    chainId,
    kid: toHex(kid),
    publicKey: toHex(signer.value.publicKey),
    ...listeners.facts,
    verifier: verifier.name,
    store: store.name,
    ...reports.waits,
  }
  known = facts
  const runFile = writeRunFile(gatewayFiles(data).run, facts)
  if (!runFile.ok) return stopped(runFile)
  closers.push(() => rmSync(runFile.value, { force: true }))

  const devicesDue = { failed: 'device/not-due', run: ownership.applyDue }
  const updatesDue = { failed: 'update/not-expired', run: updates.expire }
  const epochsDue = { failed: 'epoch/not-closed', run: epochCloser({ epochs, log, live }) }
  closers.push(startDueTimer([devicesDue, updatesDue, epochsDue], log))

  const announced = announcementOf(config, facts)
  if (announced !== null) {
    const mdns = await announceGateway({
      ...announced,
      failed: ({ message }) => log.warn({ event: 'mdns/unusable', detail: message }),
    })
    closers.push(mdns.close)
  }
  const open = plainHosts(config)
  if (open.length > 0) log.warn({ event: 'gw/insecure', detail: open.join(', ') })
  log.info({ event: 'gw/up', ...facts, data })
  return ok({ ...facts, data, reload: listeners.reload, close })
}
