import { describe, expect, it } from 'vitest'
import { encode, encodeConnect, mtypes, toBase64Url } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { admitConnect } from '../../../gateway/registry/index.ts'
import { besideStore, breakTable, changeDevice, codeOf, countingVerifier, openTestRegistry } from '../harness.ts'
import { connectMessage, connectToken, forged, net, signBytes, testKey } from '../keys.ts'

const key = testKey('porch')
const other = testKey('other')
const stranger = testKey('stranger')
const gateway = testKey('gateway')

const openTest = () => {
  const { folder, store, registry } = openTestRegistry([key, other])
  const counted = countingVerifier()
  const deps = { net, sha256, verify: counted.verify, gatewayKid: gateway.kidBytes, store, registry }
  const connect = (password: string, clientId = key.kid, userName = clientId): string =>
    codeOf(admitConnect({ clientId, userName, password: Buffer.from(password) }, deps))
  /** What the store knows of the last connect of `key`. */
  const last = (): unknown => {
    let row: unknown
    besideStore(folder, (database) => {
      row = database.prepare('SELECT connect_boot AS boot, connect_n AS n FROM devices WHERE kid = ?').get([key.kid])
    })
    return row
  }
  return { folder, registry, connect, last, counted }
}

const token = (boot: number, n: number, how = {}): string => connectToken(key, gateway.kidBytes, boot, n, how)
const signed = (payload: Uint8Array): string => toBase64Url(signBytes(key, payload, { mtype: mtypes.connect }))

describe('a connect token', () => {
  it('in plain base64 would be another text', () => expect(token(1, 1)).toMatch(/[-_]/))

  it('lets the device in that signed it, once', () => {
    const { connect, last } = openTest()
    expect(connect(token(0, 0))).toBe('ok')
    expect(last()).toMatchObject({ boot: 0, n: 0 })
    expect(connect(token(0, 0))).toBe('connect/stale-token')
  })

  it.each([
    ['made for another gateway', connectToken(key, other.kidBytes, 1, 1), 'connect/bad-token'],
    ['made for another network', token(1, 1, { net: net + 1 }), 'connect/bad-token'],
    ['signed as another message type', token(1, 1, { mtype: mtypes.report }), 'connect/bad-token'],
    ['signed by another key', connectToken(other, gateway.kidBytes, 1, 1, { kid: key.kidBytes }), 'connect/bad-token'],
    ['of another device', connectToken(other, gateway.kidBytes, 1, 1), 'connect/bad-token'],
    ['in the compact form', token(1, 1, { compact: true }), 'connect/bad-token'],
    ['with padding', `${token(1, 1)}=`, 'connect/bad-token'],
    ['with a newline', `${token(1, 1)}\n`, 'connect/bad-token'],
    ['in plain base64', token(1, 1).replaceAll('-', '+').replaceAll('_', '/'), 'connect/bad-token'],
    [
      'that is the message itself',
      Buffer.from(connectMessage(key, gateway.kidBytes, 1, 1)).toString('latin1'),
      'connect/bad-token',
    ],
    [
      'with a byte too many',
      toBase64Url(Buffer.concat([connectMessage(key, gateway.kidBytes, 1, 1), Buffer.of(0)])),
      'connect/bad-token',
    ],
    [
      'whose signature does not hold',
      toBase64Url(forged(connectMessage(key, gateway.kidBytes, 1, 1))),
      'connect/bad-token',
    ],
    ['of 257 bytes', signed(new Uint8Array(171)), 'connect/bad-token'],
    ['that is endless', 'A'.repeat(4_000), 'connect/bad-token'],
    ['that is empty', '', 'connect/bad-token'],
    ['with a boot of 2^32', signed(encode([gateway.kidBytes, 2 ** 32, 0])), 'connect/bad-token'],
    ['with a session for boot', signed(encode([gateway.kidBytes, new Uint8Array(8), 0])), 'connect/bad-token'],
    ['with a fourth field', signed(encode([gateway.kidBytes, 1, 1, 1])), 'connect/bad-token'],
    ['with an older boot', token(0, 9), 'connect/stale-token'],
    ['with the same (boot, n)', token(1, 0), 'connect/stale-token'],
  ])('%s is refused, and uses up nothing', (_name, password, code) => {
    const { connect, last } = openTest()
    expect(connect(token(1, 0))).toBe('ok')
    expect(connect(password)).toBe(code)
    expect(last()).toMatchObject({ boot: 1, n: 0 })
    expect(connect(token(1, 1))).toBe('ok')
  })

  it('rises by boot first, then by n', () => {
    const { connect } = openTest()
    const order: [number, number, string][] = [
      [1, 5, 'ok'],
      [1, 4, 'connect/stale-token'],
      [1, 6, 'ok'],
      [2, 0, 'ok'],
      [1, 7, 'connect/stale-token'],
      [2 ** 32 - 1, 2 ** 32 - 1, 'ok'],
      [2 ** 32 - 1, 2 ** 32 - 1, 'connect/stale-token'],
    ]
    for (const [boot, n, code] of order) expect(connect(token(boot, n)), `(${boot}, ${n})`).toBe(code)
  })

  it('of a stranger or a revoked key is refused before any ECDSA', () => {
    const { connect, registry, counted } = openTest()
    expect(connect(connectToken(stranger, gateway.kidBytes, 1, 1), stranger.kid)).toBe('device/unknown')
    changeDevice(registry, key.kid, { status: 'revoked' })
    expect(connect(token(1, 1))).toBe('device/revoked')
    expect(counted.calls).toBe(0)
  })

  it.each([
    ['another client id', other.kid, key.kid],
    ['another user name', key.kid, other.kid],
    ['a client id in capitals', key.kid.toUpperCase(), key.kid.toUpperCase()],
    ['a client id that is too long', `${key.kid}00`, `${key.kid}00`],
    ['no client id', '', ''],
  ])('with %s is refused', (_name, clientId, userName) => {
    expect(openTest().connect(token(1, 1), clientId, userName)).toBe('connect/bad-token')
  })

  it('of one device does not move the numbers of another', () => {
    const { connect } = openTest()
    expect(connect(connectToken(other, gateway.kidBytes, 9, 9), other.kid)).toBe('ok')
    expect(connect(token(1, 1))).toBe('ok')
  })

  it('is not used up when the store cannot note it', () => {
    const { folder, connect, last } = openTest()
    const { mend } = breakTable(folder, 'devices', 'UPDATE')
    expect(() => connect(token(1, 1))).toThrow('the disk is gone')
    mend()
    expect(last()).toMatchObject({ boot: -1, n: -1 })
    expect(connect(token(1, 1))).toBe('ok')
  })

  it('is as short as the format says: the longest has less than 256 bytes', () => {
    const longest = connectMessage(key, gateway.kidBytes, 2 ** 32 - 1, 2 ** 32 - 1)
    expect(longest.length).toBeLessThan(256)
    expect(encodeConnect({ gateway: gateway.kidBytes, boot: 1, n: 1 })).toHaveLength(12)
  })
})
