import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isLoopback, loadConfig } from '../../../gateway/config.ts'
import { codeOf, must, testFolder } from '../harness.ts'

const file = (content: unknown): string => {
  const path = join(testFolder(), 'gateway.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const detailOf = (result: ReturnType<typeof loadConfig>): string => (result.ok ? '' : (result.error.detail ?? ''))

describe('the configuration', () => {
  it('needs nothing: every value has a default, and nothing listens off loopback', () => {
    expect(must(loadConfig(null, {}, []))).toEqual({
      net: 1,
      chainId: 31_337,
      data: '.hexfix/gateway',
      mqtt: { host: '127.0.0.1', port: 1883 },
      http: { host: '127.0.0.1', port: 8080 },
      names: [],
      trustedProxies: [],
      mdns: {},
      insecure: false,
      quotaBytesPerDay: 67_108_864,
      inFlightMax: 16,
      pendingS: 86_400,
      rotateWaitS: 259_200,
      publishesPerSMax: 100,
      bytesPerSMax: 524_288,
      subscriptionsMax: 8,
      connectsPerMinuteMax: 15,
      failuresPerMinuteMax: 60,
      connectionsMax: 12_000,
      entropyStepS: 60,
      ruleset: 'hexfix-2',
      epochS: 86_400,
      epochBudget: '1000000000000',
    })
  })

  it('takes the file, over it the environment, and over both the flags', () => {
    const path = file({
      net: 2,
      data: 'of-file',
      epochS: 10,
      mqtt: { port: 10 },
      http: { host: '127.0.0.2', port: 20 },
    })
    const env = { HEXFIX_NET: '3', HEXFIX_DATA: 'of-environment', HEXFIX_MQTT_PORT: '11', HEXFIX_HTTP_PORT: '21' }
    const flags = [
      [['net'], '4'],
      [['mqtt', 'port'], '0'],
    ] as const
    expect(must(loadConfig(path, env, flags))).toMatchObject({
      net: 4,
      data: 'of-environment',
      epochS: 10,
      mqtt: { host: '127.0.0.1', port: 0 },
      http: { host: '127.0.0.2', port: 21 },
    })
  })

  it.each([
    ['HEXFIX_NET', '7', { net: 7 }],
    ['HEXFIX_CHAIN_ID', '1', { chainId: 1 }],
    ['HEXFIX_DATA', '123', { data: '123' }],
    ['HEXFIX_MQTT_HOST', '127.0.0.9', { mqtt: { host: '127.0.0.9', port: 1883 } }],
    ['HEXFIX_MQTT_PORT', '0', { mqtt: { host: '127.0.0.1', port: 0 } }],
    ['HEXFIX_HTTP_HOST', 'localhost', { http: { host: 'localhost', port: 8080 } }],
    ['HEXFIX_HTTP_PORT', '65535', { http: { host: '127.0.0.1', port: 65_535 } }],
    ['HEXFIX_INSECURE', 'true', { insecure: true }],
    ['HEXFIX_MQTTS_HOST', '0.0.0.0', { mqtts: { host: '0.0.0.0', port: 8883 } }],
    ['HEXFIX_HTTPS_PORT', '0', { https: { host: '127.0.0.1', port: 0 } }],
    ['HEXFIX_MDNS_ANNOUNCE', 'true', { mdns: { announce: true } }],
    ['HEXFIX_MDNS_INTERFACE', '127.0.0.1', { mdns: { interface: '127.0.0.1' } }],
    ['HEXFIX_PUBLISHES_PER_S_MAX', '5', { publishesPerSMax: 5 }],
    ['HEXFIX_BYTES_PER_S_MAX', '65536', { bytesPerSMax: 65_536 }],
    ['HEXFIX_SUBSCRIPTIONS_MAX', '2', { subscriptionsMax: 2 }],
    ['HEXFIX_CONNECTS_PER_MINUTE_MAX', '3', { connectsPerMinuteMax: 3 }],
    ['HEXFIX_FAILURES_PER_MINUTE_MAX', '4', { failuresPerMinuteMax: 4 }],
    ['HEXFIX_CONNECTIONS_MAX', '9', { connectionsMax: 9 }],
    ['HEXFIX_QUOTA_BYTES_PER_DAY', '65536', { quotaBytesPerDay: 65_536 }],
    ['HEXFIX_PENDING_S', '5', { pendingS: 5 }],
    ['HEXFIX_ROTATE_WAIT_S', '6', { rotateWaitS: 6 }],
    ['HEXFIX_EPOCH_S', '5', { epochS: 5 }],
    ['HEXFIX_HALVING_EPOCHS', '730', { halvingEpochs: 730 }],
    ['HEXFIX_EPOCH_BUDGET', '123456789012345678901234567890', { epochBudget: '123456789012345678901234567890' }],
  ])('takes %s=%s from the environment, and nothing where it is empty', (name, value, expected) => {
    expect(must(loadConfig(null, { [name]: value }, []))).toMatchObject(expected)
    expect(must(loadConfig(null, { [name]: '' }, []))).toEqual(must(loadConfig(null, {}, [])))
  })

  it('leaves the file as it was read, and other variables alone', () => {
    const path = file({ mqtt: { host: '127.0.0.3' } })
    expect(must(loadConfig(path, { HEXFIX_MQTT_PORT: '5', HEXFIX_OTHER: 'x', PATH: '/' }, [])).mqtt).toEqual({
      host: '127.0.0.3',
      port: 5,
    })
    expect(must(loadConfig(path, {}, [])).mqtt.port).toBe(1883)
  })

  it.each([
    ['an unknown key', { nett: 1 }, 'nett'],
    ['an unknown key inside', { mqtt: { prot: 1 } }, 'mqtt'],
    ['a text for a number', { net: '1' }, 'net'],
    ['a fraction', { net: 1.5 }, 'net'],
    ['a negative number', { net: -1 }, 'net'],
    ['a port over 65535', { http: { port: 65_536 } }, 'http.port'],
    ['an epoch under 5 s', { epochS: 4 }, 'epochS'],
    ['a quota under one message', { quotaBytesPerDay: 65_535 }, 'quotaBytesPerDay'],
    ['a budget that is a number', { epochBudget: 5 }, 'epochBudget'],
    ['a budget below zero', { epochBudget: '-5' }, 'epochBudget'],
    ['a budget with a fraction', { epochBudget: '5.5' }, 'epochBudget'],
    ['a halving at once', { halvingEpochs: 0 }, 'halvingEpochs'],
    ['no data folder', { data: '' }, 'data'],
    ['no host', { mqtt: { host: '' } }, 'mqtt.host'],
    ['a text for yes', { insecure: 'yes' }, 'insecure'],
    ['a number where a group belongs', { mqtt: 1883 }, 'mqtt'],
    ['null', { net: null }, 'net'],
  ])('refuses %s, and names it', (_name, content, place) => {
    const refused = loadConfig(file(content), {}, [])
    expect(codeOf(refused)).toBe('config/invalid')
    expect(detailOf(refused)).toContain(place)
  })

  it.each([
    ['HEXFIX_NET', 'one'],
    ['HEXFIX_NET', '1e3'],
    ['HEXFIX_MQTT_PORT', '-1'],
    ['HEXFIX_INSECURE', '1'],
    ['HEXFIX_EPOCH_BUDGET', '1000 coins'],
  ])('refuses %s=%s', (name, value) => {
    expect(codeOf(loadConfig(null, { [name]: value }, []))).toBe('config/invalid')
  })

  it('names all that is wrong at once', () => {
    const detail = detailOf(loadConfig(file({ net: -1, epochS: 1, extra: true }), {}, []))
    for (const place of ['net', 'epochS', 'extra']) expect(detail).toContain(place)
  })

  it.each([
    ['no JSON', '{', 'config/unreadable'],
    ['a list', '[]', 'config/invalid'],
    ['nothing', '', 'config/unreadable'],
    ['null', 'null', 'config/invalid'],
  ])('refuses a file that holds %s', (_name, content, code) => {
    expect(codeOf(loadConfig(file(content), {}, []))).toBe(code)
  })

  it('refuses a file that is not there', () => {
    const refused = loadConfig(join(testFolder(), 'absent.json'), {}, [])
    expect(codeOf(refused)).toBe('config/unreadable')
    expect(detailOf(refused)).toContain('absent.json')
  })
})

describe('an address off loopback', () => {
  it.each(['0.0.0.0', '::', '192.168.1.10', 'gateway.local', '127.example.org', 'localhost.example.org', '2130706433'])(
    '%s is refused, unless the configuration says insecure',
    (host) => {
      for (const group of ['mqtt', 'http']) {
        const refused = loadConfig(file({ [group]: { host } }), {}, [])
        expect(codeOf(refused)).toBe('config/tls-required')
        expect(detailOf(refused)).toContain(host)
        expect(codeOf(loadConfig(file({ [group]: { host }, insecure: true }), {}, []))).toBe('ok')
      }
    },
  )

  it.each(['127.0.0.1', '127.255.255.254', 'localhost', '::1'])('%s is none', (host) => {
    expect(isLoopback(host)).toBe(true)
    expect(codeOf(loadConfig(file({ mqtt: { host }, http: { host } }), {}, []))).toBe('ok')
  })
})
