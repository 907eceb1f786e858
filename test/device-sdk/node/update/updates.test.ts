import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readUpdateState, slotsIn, writeUpdateState } from '../../../../device-sdk/node/update/slots.ts'
import { openUpdates } from '../../../../device-sdk/node/update/updates.ts'
import type { Update } from '../../../../device-sdk/protocol/index.ts'
import {
  encodeUpdate,
  mtypes,
  newsOfResult,
  readResult,
  readSign1,
  updateStatuses,
  verifySign1,
} from '../../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../../device-sdk/signer/index.ts'
import { mailbox } from '../../../gateway/broker/harness.ts'
import { atEnd, must, testFolder } from '../../../gateway/harness.ts'
import { net, testKey } from '../../../gateway/keys.ts'
import { deviceKey, eventLog, gatewayKey, gatewayOf, identity, signedDown } from '../parts.ts'
import { board, packed, smallBundle, wholeIn, writeBundle } from './bundles.ts'

/** A server of files over real HTTP, with what it was asked for. */
const serve = async (bytes: () => Uint8Array, declared?: number) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url !== '/v2') return response.writeHead(404).end()
    response.writeHead(200, { 'content-length': declared ?? bytes().length })
    response.write(bytes())
    return declared === undefined ? response.end() : response.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, asked }
}

const bundle = packed(smallBundle(2))

const open = async ({ served = bundle, declared }: { served?: Uint8Array; declared?: number } = {}) => {
  const folder = testFolder()
  const path = join(folder, 'update')
  const root = join(folder, 'bundles')
  const slots = slotsIn(root)
  writeBundle(slots.current, smallBundle(1))
  const server = await serve(() => served, declared)
  const results = mailbox<Uint8Array>()
  const restarts = mailbox<true>()
  const events = eventLog()
  const start = () => {
    const updates = must(
      openUpdates({
        path,
        identity,
        pinned: () => [gatewayOf(gatewayKey)],
        firmware: { board, sequence: 1, bundles: root, restart: () => restarts.put(true) },
        bytesMax: 100_000,
        restMs: 10,
        onEvent: events.onEvent,
      }),
    )
    atEnd(updates.close)
    updates.up(async (result) => {
      results.put(result)
      return true
    })
    return updates
  }
  const news = async () => {
    const frame = must(readSign1(await results.take()))
    const binding = { mtype: mtypes.result, net, kid: deviceKey.kidBytes }
    return newsOfResult(
      must(readResult(must(verifySign1(frame, binding, deviceKey.signer.publicKey, sha256, nobleVerify)))),
    )
  }
  const update: Update = { n: 7, firmware: 2, size: bundle.length, sha256: sha256(bundle), board, url: server.url }
  return { slots, path, server, start, news, update, restarts, ...events }
}

const messageOf = (update: Update, how = {}): Uint8Array => signedDown(mtypes.update, encodeUpdate(update), how)

/** All that an installation would touch. */
const untouched = ({ slots }: { slots: ReturnType<typeof slotsIn> }): void => {
  expect(readdirSync(slots.root)).toEqual(['current'])
  expect(wholeIn(slots.current)).toBe(1)
}

describe('an update', () => {
  it('is fetched, installed beside what runs, told as fetched, and then the program ends', async () => {
    const device = await open()
    device.start().take(messageOf(device.update))
    await device.restarts.take()
    expect(await device.news()).toEqual({ n: 7, status: updateStatuses.fetched, firmware: 2, code: '' })
    expect(wholeIn(device.slots.current)).toBe(1)
    expect(wholeIn(device.slots.next)).toBe(2)
    expect(must(readUpdateState(device.slots))).toMatchObject({ stage: 'ready', n: 7, firmware: 2 })
    expect(readFileSync(device.path, 'utf8')).toBe('7\n')
  })

  const other = testKey('a stranger')
  it.each([
    ['of a gateway that is not pinned', { by: other }, 'sign1/wrong-kid'],
    ['of a stranger who names nobody', { by: other, nameless: true }, 'sign1/bad-signature'],
    ['for another device', { to: other }, 'sign1/bad-signature'],
    ['of another network', { net: 2 }, 'sign1/bad-signature'],
  ])('%s is refused without a word to anybody, and takes no number', async (_name, how, code) => {
    const device = await open()
    device.start().take(messageOf(device.update, how))
    expect(await device.next('update/refused')).toMatchObject({ code })
    expect(device.server.asked).toEqual([])
    expect(existsSync(device.path)).toBe(false)
    untouched(device)
  })

  it('is refused a second time, over a restart too', async () => {
    const device = await open({ served: Buffer.from('something else') })
    const message = messageOf(device.update)
    const updates = device.start()
    updates.take(message)
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/wrong-hash' })
    updates.take(message)
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/stale' })
    device.start().take(message)
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/stale' })
    untouched(device)
  })

  const { refused, failed } = updateStatuses
  it.each<[string, Partial<Update>, string, number, number]>([
    ['for another board', { board: 'rpi-5' }, 'update/other-board', refused, 0],
    ['to what runs', { firmware: 1 }, 'update/not-newer', refused, 0],
    ['to something older', { firmware: 0 }, 'update/not-newer', refused, 0],
    ['larger than the device takes', { size: 100_001 }, 'update/too-large', refused, 0],
    ['whose file has another size', { size: 100 }, 'update/wrong-hash', failed, 1],
    ['whose file has another hash', { sha256: new Uint8Array(32) }, 'update/wrong-hash', failed, 1],
    ['whose file says that it is another firmware', { firmware: 3 }, 'update/bad-bundle', refused, 1],
    ['whose address is none', { url: 'file:///etc/passwd' }, 'update/not-fetched', failed, 0],
  ])('%s is refused with its code, and nothing is touched', async (_name, change, code, status, fetches) => {
    const device = await open()
    const update = { ...device.update, ...change }
    device.start().take(messageOf(update))
    expect(await device.next('update/refused')).toMatchObject({ code })
    expect(await device.news()).toEqual({ n: 7, status, firmware: update.firmware, code })
    expect(device.server.asked).toHaveLength(fetches)
    untouched(device)
  })

  it('that breaks off in the middle is begun again, and then said to be not fetched', async () => {
    const half = bundle.subarray(0, 1_000)
    const device = await open({ served: half, declared: bundle.length })
    device.start().take(messageOf(device.update))
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/not-fetched' })
    expect(device.server.asked).toHaveLength(3)
    untouched(device)
  })

  it('whose file is no bundle is refused', async () => {
    const text = Buffer.from('no bundle')
    const device = await open({ served: text })
    device.start().take(messageOf({ ...device.update, size: text.length, sha256: sha256(text) }))
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/bad-bundle' })
    untouched(device)
  })

  it('that was tried and went back is not tried again', async () => {
    const device = await open()
    const state = must(readUpdateState(device.slots))
    writeUpdateState(device.slots, { ...state, failed: [2] })
    device.start().take(messageOf(device.update))
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/failed-before' })
    expect(existsSync(device.slots.next)).toBe(false)
  })

  it('waits while another has not proved itself', async () => {
    const device = await open()
    const state = must(readUpdateState(device.slots))
    writeUpdateState(device.slots, { ...state, stage: 'trying', firmware: 1, boots: 1 })
    device.start().take(messageOf(device.update))
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/busy' })
    expect(existsSync(device.slots.next)).toBe(false)
  })

  it('on a disk that takes nothing leaves what runs, and says so', async () => {
    const device = await open()
    mkdirSync(device.slots.root, { recursive: true })
    writeFileSync(device.slots.next, '')
    mkdirSync(join(device.slots.root, 'state.new'))
    device.start().take(messageOf(device.update))
    expect(await device.next('update/refused')).toMatchObject({ code: 'update/unwritable' })
    expect(wholeIn(device.slots.current)).toBe(1)
  })

  it('is not possible where no launcher looks after bundles', async () => {
    const device = await open()
    const events = eventLog()
    const updates = must(
      openUpdates({
        path: device.path,
        identity,
        pinned: () => [gatewayOf(gatewayKey)],
        firmware: { board, sequence: 1, bundles: null, restart: () => {} },
        onEvent: events.onEvent,
      }),
    )
    updates.take(messageOf(device.update))
    expect(await events.next('update/refused')).toMatchObject({ code: 'update/not-possible' })
  })

  it('is refused where the number of the last one cannot be read', async () => {
    const { path, slots } = await open()
    writeFileSync(path, 'seven')
    const firmware = { board, sequence: 1, bundles: slots.root, restart: () => {} }
    const opened = openUpdates({ path, identity, pinned: () => [], firmware, onEvent: () => {} })
    expect(opened).toMatchObject({ ok: false, error: { code: 'update/unreadable' } })
  })
})
