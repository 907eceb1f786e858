import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { atEnd, codeOf, testFolder } from '../harness.ts'
import { call, startTestGateway, tryGateway } from '../running.ts'

const modeOf = (path: string): number => statSync(path).mode & 0o777

/** A port of loopback that is taken until the end of the test. */
const takenPort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const portOf = (url: string): number => Number(new URL(url).port)

describe('the first start', () => {
  it('makes the folder, a key and a token, for nobody else to read', async () => {
    const data = join(testFolder(), 'new')
    const gateway = await startTestGateway(data)
    expect(readdirSync(data)).toEqual(
      expect.arrayContaining(['admin-token', 'gateway.key', 'run.json', 'store.sqlite']),
    )
    expect(modeOf(data)).toBe(0o700)
    for (const file of ['admin-token', 'gateway.key', 'run.json']) expect(modeOf(join(data, file)), file).toBe(0o600)
    const run = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'))
    expect(run).toMatchObject({ pid: process.pid, kid: gateway.kid, mqtt: gateway.mqtt, http: gateway.http })
    expect(Object.keys(run)).not.toContain('token')
    await gateway.close()
    expect(existsSync(join(data, 'run.json'))).toBe(false)
  })

  it('says where it listens', async () => {
    const { http, mqtt, kid, verifier } = await startTestGateway()
    const { json } = await call(`${http}/v1/gateway`)
    expect(json).toMatchObject({ net: 1, kid, http, mqtt, verifier, store: 'sqlite' })
  })

  it('writes an address of IPv6 as URLs do', async () => {
    const has6 = networkInterfaces().lo?.some(({ address }) => address === '::1') === true
    const started = await tryGateway(testFolder(), [[['http', 'host'], '::1']])
    expect(codeOf(started)).toBe(has6 ? 'ok' : 'gw/address-unusable')
    if (started.ok) expect((await call(`${started.value.http}/healthz`)).status).toBe(200)
  })
})

describe('a start with something amiss', () => {
  const stopped = async (): Promise<{ data: string; kid: string }> => {
    const data = testFolder()
    const gateway = await startTestGateway(data)
    await gateway.close()
    return { data, kid: gateway.kid }
  }

  it('makes no new key in place of a lost one, and starts with the old one when that is back', async () => {
    const { data, kid } = await stopped()
    renameSync(join(data, 'gateway.key'), join(data, 'elsewhere'))
    expect(codeOf(await tryGateway(data))).toBe('gw/identity-lost')
    expect(existsSync(join(data, 'gateway.key'))).toBe(false)
    renameSync(join(data, 'elsewhere'), join(data, 'gateway.key'))
    expect((await startTestGateway(data)).kid).toBe(kid)
  })

  it.each([
    ['can be read by others', (path: string) => chmodSync(path, 0o644), 'key/file-mode'],
    ['holds something else', (path: string) => writeFileSync(path, 'x\n'), 'key/bad-content'],
    ['is empty', (path: string) => writeFileSync(path, ''), 'key/bad-content'],
  ])('refuses a key that %s, and leaves it as it is', async (_name, spoil, code) => {
    const { data } = await stopped()
    const path = join(data, 'gateway.key')
    spoil(path)
    const spoilt = readFileSync(path, 'utf8')
    expect(codeOf(await tryGateway(data))).toBe(code)
    expect(readFileSync(path, 'utf8')).toBe(spoilt)
  })

  it.each([
    ['can be read by others', (path: string) => chmodSync(path, 0o604)],
    ['is empty', (path: string) => writeFileSync(path, '')],
    ['is short', (path: string) => writeFileSync(path, 'secret\n')],
  ])('refuses an admin token that %s', async (_name, spoil) => {
    const { data } = await stopped()
    spoil(join(data, 'admin-token'))
    expect(codeOf(await tryGateway(data))).toBe('gw/token-file')
  })

  it('refuses a folder in which another gateway runs, and does not disturb that one', async () => {
    const data = testFolder()
    const running = await startTestGateway(data)
    expect(codeOf(await tryGateway(data))).toBe('store/locked')
    expect((await call(`${running.http}/readyz`)).status).toBe(200)
    expect(existsSync(join(data, 'run.json'))).toBe(true)
  })

  it('refuses a data folder that is a file', async () => {
    const path = join(testFolder(), 'file')
    writeFileSync(path, '')
    expect(codeOf(await tryGateway(path))).toBe('store/unwritable')
  })

  it.each(['mqtt', 'http'])('says that the %s port is in use, and lets go of everything', async (group) => {
    const data = testFolder()
    const other = await startTestGateway()
    const freed = portOf(group === 'mqtt' ? other.http : other.mqtt)
    await other.close()
    const taken = await takenPort()
    const free = group === 'mqtt' ? 'http' : 'mqtt'
    const refused = await tryGateway(data, [
      [[group, 'port'], String(taken)],
      [[free, 'port'], String(freed)],
    ])
    expect(codeOf(refused)).toBe('gw/port-in-use')
    expect(refused.ok ? '' : refused.error.detail).toContain(`127.0.0.1 port ${taken}`)
    expect(existsSync(join(data, 'run.json'))).toBe(false)
    // The folder is free again, and so is the other port.
    const started = await startTestGateway(data, [[[free, 'port'], String(freed)]])
    expect(portOf(free === 'http' ? started.http : started.mqtt)).toBe(freed)
  })

  it('lets go of everything when it cannot say where it runs', async () => {
    const { data } = await stopped()
    const runFile = join(data, 'run.json')
    mkdirSync(runFile)
    expect(codeOf(await tryGateway(data))).toBe('store/unwritable')
    rmdirSync(runFile)
    await startTestGateway(data)
  })
})
