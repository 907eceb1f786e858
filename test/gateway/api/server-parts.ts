import type { Server } from 'node:http'
import { join } from 'node:path'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { apiServer, openLive, routes } from '../../../gateway/api/index.ts'
import { openCommandDesk } from '../../../gateway/command/index.ts'
import { openConsumptionDesk } from '../../../gateway/consumption/index.ts'
import { firstCoverage } from '../../../gateway/coverage/index.ts'
import type { EpochDesk } from '../../../gateway/epoch/index.ts'
import { openEpochDesk } from '../../../gateway/epoch/index.ts'
import { openOwnership } from '../../../gateway/ownership/index.ts'
import type { Registry } from '../../../gateway/registry/index.ts'
import { deviceKeys, openRelays, openSchemas } from '../../../gateway/registry/index.ts'
import type { Store } from '../../../gateway/store/index.ts'
import { openLog, openMetrics } from '../../../gateway/telemetry/index.ts'
import { openTimeDesk } from '../../../gateway/time/index.ts'
import { openReleases, openUpdateDesk } from '../../../gateway/update/index.ts'
import { atEnd, countingVerifier, must } from '../harness.ts'
import { net, testKey } from '../keys.ts'

export const adminToken = 'a token of a test, which opens nothing else'
const gateway = testKey('gateway')

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
    })
  })

type Parts = { readonly folder: string; readonly store: Store; readonly registry: Registry; readonly desk?: EpochDesk }

/** The API over a real store and without a broker; `openReading` as it is off loopback, where reading needs the token. */
export const startTestApi = async ({ folder, store, registry, desk }: Parts, openReading = true, now = Date.now) => {
  const { verify } = countingVerifier()
  const identity = {
    net,
    kid: gateway.kidBytes,
    publicKey: gateway.signer.publicKey,
    sha256,
    sign: gateway.signer.sign,
  }
  const events: string[] = []
  const live = openLive()
  const relays = openRelays(store, registry, now)
  const signed = { net, sha256, verify, keyOf: deviceKeys(registry, relays), identity, store, now }
  const noWay = { wants: () => false, send: () => false }
  const releases = openReleases({ store, sha256, now, folder: join(folder, 'releases') })
  const updates = openUpdateDesk({
    ...{ ...signed, ...noWay, registry, relays, releases },
    address: () => 'http://127.0.0.1:1',
    changed: () => {},
  })
  const server = apiServer({
    routes: routes({
      store,
      registry,
      schemas: must(openSchemas({ sha256, verify, store, identity, now })),
      time: openTimeDesk(signed),
      relays,
      commands: openCommandDesk({ ...signed, ...noWay, relays, takeNews: updates.take, answered: () => {} }),
      updates,
      epochs: desk ?? openEpochDesk({ store, registry, epochS: 60, budget: 1_000n, ruleset: firstCoverage, now }),
      consumption: openConsumptionDesk({ store, registry, now }),
      ownership: openOwnership({
        ...{ net, chainId: 31_337, sha256, verify, store, registry, now, pendingS: 86_400, rotateWaitS: 259_200 },
        changed: ({ event, kid }) => events.push(`${event} ${kid}`),
        disconnect: (kid) => events.push(`disconnect ${kid}`),
      }),
      chainId: 31_337,
      now,
      identity,
      facts: () => ({ net, kid: gateway.kid }),
      speed: () => ({ verifier: 'test' }),
      isConnected: () => false,
      changed: (event, kid) => events.push(`${event} ${kid}`),
    }),
    live,
    metrics: openMetrics({ verifier: 'test', store: store.name }),
    adminToken,
    openReading,
    log: openLog('silent'),
    probe: store.probe,
    gauge: () => {},
  })
  const http = await listen(server)
  atEnd(() => {
    live.close()
    server.closeAllConnections()
    server.close()
  })
  return { http, folder, store, registry, events, live }
}
