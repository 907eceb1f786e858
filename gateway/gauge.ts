import type { Broker } from './broker/index.ts'
import type { GatewayConfig } from './config.ts'
import { plainHosts } from './config.ts'
import type { Listeners } from './listeners.ts'
import type { Registry } from './registry/index.ts'
import type { Store } from './store/index.ts'
import type { Metrics } from './telemetry/index.ts'
import type { UpdateDesk } from './update/index.ts'

type Measured = {
  readonly config: GatewayConfig
  readonly metrics: Metrics
  readonly broker: Broker
  readonly store: Store
  readonly registry: Registry
  readonly updates: UpdateDesk
  readonly listeners: () => Listeners | null
  workersReady(): number
}

/** Reads what is measured at the moment of asking. */
export const gauge =
  ({ config, metrics, broker, store, registry, updates, listeners, workersReady }: Measured) =>
  (): void => {
    metrics.connections.set(broker.connected())
    metrics.logIndex.set(store.log.head())
    metrics.devicesAre(registry.all())
    metrics.updatesAre(updates.all())
    metrics.insecure.set(plainHosts(config).length)
    metrics.tlsEnd.set((listeners()?.tlsEndMs() ?? 0) / 1000)
    metrics.workers.set(workersReady())
  }
