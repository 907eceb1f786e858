import { decode } from 'cbor-x'
import { describe, expect, it } from 'vitest'
import {
  fromHex,
  mtypes,
  readDidKey,
  readQrText,
  readReceipt,
  readSign1,
  toHex,
  verifySign1,
  wordsOf,
} from '../../../device-sdk/protocol/index.ts'
import { evmAddress, nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { alpha, beacon, beta, heard, openScene, porch } from '../epoch/scene.ts'
import { must, openTestRegistry } from '../harness.ts'
import { forged, net, signReport, someTimeS, testKey, weather } from '../keys.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)

/** An API over a closed epoch: four reports, five submissions, one forgery. */
const openApi = async () => {
  const scene = openScene()
  await scene.report(alpha, beacon('a1'))
  await scene.report(beta, { type: 'witness', rows: [heard(alpha, 'a1'), heard(beta, 'b1', -50)] })
  await scene.report(beta, weather(), { type: 'heartbeat', uptimeS: 5 })
  await scene.report(porch, {
    type: 'sensor',
    schema: 1,
    stepsS: [60],
    columns: [
      [2240, 2250],
      [551, null],
      [1325, 1325],
    ],
  })
  await scene.take(porch, forged(signReport(porch, { seq: 99 })))
  scene.pass()
  scene.desk.closeDue()
  const { http, events } = await startTestApi(scene)
  const get = async (path: string) => (await call(`${http}/v1/${path}`, 'GET', { token: adminToken })).json
  return { ...scene, http, events, get }
}

describe('the API', () => {
  it('lists devices and shows one, with its place and address', async () => {
    const { get } = await openApi()
    const { devices } = await get('devices')
    expect(devices.map(({ name }: { name: string }) => name).sort()).toEqual(['alpha', 'beta', 'liar', 'porch'])
    const one = await get(`devices/${alpha.kid}`)
    expect(one).toMatchObject({
      kid: alpha.kid,
      status: 'active',
      connected: false,
      publicKey: toHex(alpha.signer.publicKey),
    })
    expect(one.address.toLowerCase()).toBe(`0x${toHex(evmAddress(alpha.signer.publicKey))}`)
    expect(one.address).toMatch(/[A-F]/)
    expect(readDidKey(one.did)).toEqual(alpha.signer.publicKey)
    expect(one.words).toBe(wordsOf(alpha.kidBytes))
    expect(must(readQrText(one.qr, sha256))).toEqual({ net, kid: alpha.kid, publicKey: alpha.signer.publicKey })
    expect(one.place).toMatchObject({ cell: expect.stringMatching(/^8c[0-9a-f]{13}$/), gainDbi: 0 })
    expect(one.place.lat).toBeCloseTo(52.52, 3)
    expect((await get(`devices/${porch.kid}`)).place).toBeNull()
  })

  it('lists reports from the newest, by device and after an index', async () => {
    const { get } = await openApi()
    const indexes = async (query: string): Promise<number[]> =>
      (await get(`reports${query}`)).reports.map(({ logIndex }: { logIndex: number }) => logIndex)
    expect((await get('reports')).head).toBe(4)
    expect(await indexes('')).toEqual([4, 3, 2, 1])
    expect(await indexes('?limit=2')).toEqual([4, 3])
    expect(await indexes('?after=2')).toEqual([4, 3])
    expect(await indexes(`?kid=${beta.kid}`)).toEqual([3, 2])
    expect(await indexes(`?kid=${beta.kid}&after=2&limit=5`)).toEqual([3])
    expect(await indexes('?kid=nobody')).toEqual([])
    expect(await indexes('?limit=-1&after=x')).toEqual([4, 3, 2, 1])
    expect(await indexes('?limit=0')).toEqual([])
  })

  it('gives with one report all that a stranger needs to verify it', async () => {
    const { get } = await openApi()
    const proof = await get('reports/4')
    const message = must(readSign1(bytes(proof.message)))
    const binding = { mtype: proof.mtype, net: proof.net, kid: bytes(proof.kid) }
    const payload = must(verifySign1(message, binding, bytes(proof.publicKey), sha256, nobleVerify))
    expect(toHex(sha256(payload))).toBe(proof.digest)
    const gateway = { mtype: mtypes.receipt, net, kid: bytes(proof.receipt.gateway), to: bytes(proof.kid) }
    const signed = must(readSign1(bytes(proof.receipt.message)))
    const entries = must(
      readReceipt(must(verifySign1(signed, gateway, bytes(proof.receipt.publicKey), sha256, nobleVerify))),
    )
    expect(entries).toMatchObject([{ boot: 1, seq: proof.seq, verdict: 0, logIndex: 4 }])
    expect(toHex(entries[0]?.digest ?? new Uint8Array(0))).toBe(proof.digest.slice(0, 16))
  })

  it('names values and units, newest row of each schema', async () => {
    const { get } = await openApi()
    const { latest } = await get('latest')
    expect(latest.find(({ kid }: { kid: string }) => kid === porch.kid)).toMatchObject({
      schema: 'weather',
      logIndex: 4,
      timeS: someTimeS + 60,
      receivedMs: someTimeS * 1000,
      values: [
        { name: 'temperature', unit: 'Cel', value: 22.5 },
        { name: 'humidity', unit: '%RH', value: null },
        { name: 'pressure', unit: 'Pa', value: 101_325 },
      ],
    })
  })

  it('counts verdicts on reports and on submissions, and shows evidence', async () => {
    const { get } = await openApi()
    expect(await get('counts')).toEqual({
      reports: { accepted: 4, 'sign1/bad-signature': 1 },
      verdicts: { accepted: 2, 'coverage/beacon-unknown': 1 },
    })
    const { evidence } = await get('evidence')
    expect(evidence).toMatchObject([{ kid: porch.kid, code: 'sign1/bad-signature', receivedMs: someTimeS * 1000 }])
    expect((await get('evidence?limit=0')).evidence).toEqual([])
  })

  it('shows epochs, and one with every verdict, share and proof', async () => {
    const { get, desk, first } = await openApi()
    const { epochs } = await get('epochs')
    expect(epochs).toMatchObject([{ epoch: first, logFrom: 0, logTo: 4, budget: '9000', paid: '9000', carried: '0' }])
    expect(await get(`epochs/${first}`)).toEqual(desk.view(first))
    expect((await get('epochs?limit=0')).epochs).toEqual([])
  })

  it('places a device, and says so', async () => {
    const { http, get, events } = await openApi()
    const body = JSON.stringify({ lat: -33.86, lng: 151.21, gainDbi: 2.5 })
    const placed = await call(`${http}/v1/devices/${porch.kid}/place`, 'PUT', { token: adminToken, body })
    expect([placed.status, placed.json.place.gainDbi]).toEqual([200, 2.5])
    expect(await get(`devices/${porch.kid}`)).toEqual(placed.json)
    expect(events).toEqual([`device/placed ${porch.kid}`])
  })

  it('gives nonces that differ', async () => {
    const { http } = await openApi()
    const nonce = async () => (await call(`${http}/v1/enrol/nonce`, 'POST', { token: adminToken })).json
    const [one, two] = [await nonce(), await nonce()]
    expect(one).toEqual({
      nonce: expect.stringMatching(/^[0-9a-f]{64}$/),
      net,
      chainId: 31_337,
      nowS: expect.any(Number),
      expiresS: one.nowS + 600,
    })
    expect(Math.abs(one.nowS - Date.now() / 1000)).toBeLessThan(5)
    expect(one.nonce).not.toBe(two.nonce)
  })

  it('answers in CBOR with the same content as in JSON', async () => {
    const { http, first } = await openApi()
    const paths = [
      'gateway',
      'devices',
      `devices/${alpha.kid}`,
      'reports',
      'reports/1',
      'reports/2',
      'reports/3',
      'latest',
    ]
    for (const path of [...paths, 'counts', 'evidence', 'epochs', `epochs/${first}`, 'nothing']) {
      const url = `${http}/v1/${path}`
      const json = await call(url, 'GET', { token: adminToken })
      const cbor = await call(url, 'GET', { token: adminToken, accept: 'application/cbor' })
      expect(cbor.headers.get('content-type'), path).toBe('application/cbor')
      expect(cbor.status, path).toBe(json.status)
      expect(decode(cbor.bytes), path).toStrictEqual(json.json)
    }
  })

  it('is never cached, and never taken for something else', async () => {
    const { http } = await startTestApi(openTestRegistry([]))
    for (const path of ['/v1/gateway', '/v1/nothing', '/readyz']) {
      const { headers } = await call(http + path)
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff'])
    }
  })

  it('takes the name of a device as text, whatever it holds', async () => {
    const { http } = await startTestApi(openTestRegistry([testKey('<script>"\u2028')]))
    const { bytes: text, json } = await call(`${http}/v1/devices`)
    expect(json.devices[0].name).toBe('<script>"\u2028')
    expect(text.toString().split('\n')).toHaveLength(2)
  })
})
