import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { writeTrustFile } from '../../../device-sdk/link/index.ts'
import { connectTokens } from '../../../device-sdk/node/connect-token.ts'
import { fromBase64Url, ok, readConnect, readSign1 } from '../../../device-sdk/protocol/index.ts'
import { openOrCreateKeyFile } from '../../../device-sdk/signer/index.ts'
import { listenTcp } from '../../../gateway/broker/index.ts'
import { certify, mqttOverWebSocket } from '../../../gateway/edge/index.ts'
import { startHarness } from '../../gateway/broker/harness.ts'
import { atEnd, must, testFolder } from '../../gateway/harness.ts'
import { loopbackNames } from '../../gateway/tls.ts'
import { gatewayKey, identity, startReporter } from './parts.ts'

const pairOf = (password: Uint8Array): string => {
  const message = fromBase64Url(Buffer.from(password).toString('latin1')) ?? new Uint8Array(0)
  const { boot, n } = must(readConnect(must(readSign1(message)).payload))
  return `${boot}/${n}`
}

/** A broker that cannot judge the first two attempts, over one kind of link, and a device that only knows it. */
const start = async (scheme: 'mqtt' | 'mqtts' | 'ws') => {
  let attempts = 0
  const harness = await startHarness({
    authenticate: async ({ clientId }) => {
      attempts += 1
      if (attempts < 3) throw new Error('not now')
      return ok({ kid: clientId })
    },
  })
  const tls = must(certify(testFolder(), loopbackNames, Date.now()))
  let port: number
  if (scheme === 'ws') {
    const server = createServer()
    const { accept, admits } = harness.broker
    const addressOf = () => '127.0.0.1'
    server.on('upgrade', mqttOverWebSocket({ path: '/mqtt', messageBytesMax: 65_536, addressOf, admits, accept }))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => void server.close())
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  } else {
    const keys = scheme === 'mqtts' ? { tls } : {}
    const listening = must(await listenTcp({ host: '127.0.0.1', port: 0, ...harness.broker, ...keys }))
    atEnd(listening.close)
    port = listening.port
  }
  const dir = testFolder()
  must(openOrCreateKeyFile(`${dir}/device.key`))
  const urls = [`${scheme}://127.0.0.1:${port}${scheme === 'ws' ? '/mqtt' : ''}`]
  const pin = scheme === 'mqtts' ? { tlsSpki: tls.spki } : {}
  const gateways = [{ key: gatewayKey.signer.publicKey, urls, ...pin }]
  writeTrustFile(dir, { net: 7, chainId: 1, gateways, entropyTip: null, cell: null })
  return { harness, device: await startReporter(dir) }
}

describe('a connect token', () => {
  it.each(['mqtt', 'mqtts', 'ws'] as const)(
    'is a new one at each attempt over %s, also where attempts fail',
    async (scheme) => {
      const { harness, device } = await start(scheme)
      await device.next('link/up')
      const pairs = harness.attempts.map(({ password }) => pairOf(password))
      expect(pairs).toHaveLength(3)
      expect(new Set(pairs).size).toBe(3)
      // Without an answer to what the gateway knows, only the first of a boot settles it: so each took a new boot.
      expect(pairs).toEqual(['0/0', '1/0', '2/0'])
    },
  )

  it('rises within a boot, and apart for each gateway', () => {
    const tokens = connectTokens(identity)
    const [one, other] = [new Uint8Array(33).fill(2), new Uint8Array(33).fill(3)]
    const next = (boot: number, key: Uint8Array): string => pairOf(Buffer.from(tokens.next(boot, key)))
    expect([tokens.isFirst(4, one), next(4, one), next(4, one), tokens.isFirst(4, one)]).toEqual([
      true,
      '4/0',
      '4/1',
      false,
    ])
    expect([tokens.isFirst(4, other), next(4, other), next(4, one), next(5, one)]).toEqual([true, '4/0', '4/2', '5/0'])
  })
})
