import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  commandStatuses,
  decode,
  encode,
  encodeCommand,
  encodeHostHello,
  encodeProve,
  encodeReceipt,
  encodeSync,
  encodeTrust,
  frameTypes,
  kidOf,
  mtypes,
  ops,
  type Report,
  type Result,
  readBoardHello,
  readEnrol,
  readRefusal,
  readReport,
  readResult,
  readSign1,
  readTimeRequest,
  refusals,
  signPayload,
  type TypedMessages,
  typedDigest,
  verifySign1,
  writeTagged,
} from '../../../../device-sdk/protocol/index.ts'
import { evmAddress, keccak256, nobleSigner, nobleVerify, sha256 } from '../../../../device-sdk/signer/index.ts'
import { type BoardUnderTest, openBoardUnderTest, programOf } from './board-under-test.ts'

const net = 7
const chainId = 31337
const gateway = nobleSigner(new Uint8Array(32).fill(5), 'memory:')
const trustOf = (key: Uint8Array): Uint8Array =>
  encode(encodeTrust({ net, chainId, gateways: [{ key, urls: ['mqtt://127.0.0.1:1883'] }], entropyTip: null }))
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.detail ?? ''}`)
  return result.value
}

let program: string
let one: BoardUnderTest
let publicKey: Uint8Array
beforeAll(async () => {
  program = await programOf({})
})
afterEach(() => one.board.stop())

const makeKey = async (): Promise<void> => {
  one.send(frameTypes.key)
  publicKey = await one.next(frameTypes.key)
}
const pin = async (): Promise<void> => {
  one.send(frameTypes.trust, trustOf(gateway.publicKey))
  await one.next(frameTypes.trust)
}
const relay = (): void => one.send(frameTypes.hello, encodeHostHello({ version: 1, relays: true }))
const payloadOf = (message: Uint8Array, mtype: number): Uint8Array =>
  value(
    verifySign1(
      value(readSign1(message)),
      { mtype, net, kid: kidOf(publicKey, sha256) },
      publicKey,
      sha256,
      nobleVerify,
    ),
  )
const down = (type: number, mtype: number, payload: Uint8Array): void => {
  const binding = { mtype, net, kid: kidOf(gateway.publicKey, sha256), to: kidOf(publicKey, sha256) }
  one.send(type, writeTagged(signPayload(payload, binding, sha256, gateway.sign)))
}
const answerTime = async (nowS: number): Promise<void> => {
  const { nonce } = value(readTimeRequest(payloadOf(await one.next(frameTypes.time), mtypes.time)))
  down(frameTypes.sync, mtypes.sync, encodeSync({ echo: nonce, nowS, ms: 0, boot: 900 }))
}
const nextReport = async (): Promise<{ report: Report; digest: Uint8Array }> => {
  const payload = payloadOf(await one.next(frameTypes.report), mtypes.report)
  return { report: value(readReport(value(decode(payload)))), digest: sha256(payload).slice(0, 8) }
}
const receipt = ({ report: { boot, seq }, digest }: Awaited<ReturnType<typeof nextReport>>): void =>
  down(frameTypes.receipt, mtypes.receipt, encodeReceipt([{ boot, seq, digest, verdict: 0, logIndex: 1 }]))
const refusal = async () => value(readRefusal(await one.next(frameTypes.refused)))

describe('provisioning over the line', () => {
  test('a key is made once, and proven with a claim that the board built of fields', async () => {
    one = openBoardUnderTest(program)
    expect(value(readBoardHello(await one.next(frameTypes.hello)))).toMatchObject({
      publicKey: null,
      net: null,
      open: false,
    })
    const nonce = new Uint8Array(16).fill(9)
    const claim = { chainId, owner: new Uint8Array(20).fill(7), expires: 1_790_003_600 }
    one.send(frameTypes.prove, encodeProve({ net, nonce }))
    expect(await refusal()).toEqual({ type: frameTypes.prove, refusal: refusals.noKey })
    await makeKey()
    const file = one.board.files.get('hexfix.key')
    one.send(frameTypes.key)
    expect(await refusal()).toEqual({ type: frameTypes.key, refusal: refusals.keyExists })
    one.send(frameTypes.prove, encodeProve({ net, nonce, claim }))
    const enrol = value(readEnrol(payloadOf(await one.next(frameTypes.enrol), mtypes.enrol)))
    expect(enrol).toMatchObject({ nonce, publicKey, softwareName: 'test', softwareVersion: ['3'] })
    const message: TypedMessages['DeviceClaim'] = {
      ...{ net, publicKey, device: evmAddress(publicKey), owner: claim.owner },
      ...{ nonce: sha256(nonce), expires: claim.expires },
    }
    const digest = typedDigest('DeviceClaim', message, chainId, keccak256)
    expect(nobleVerify(digest, publicKey, enrol.deviceClaim?.subarray(0, 64) ?? new Uint8Array(64))).toBe(true)
    expect(one.board.files.get('hexfix.key')).toEqual(file)
  })

  test('no frame with 32 bytes is signed, whatever its type', async () => {
    one = openBoardUnderTest(program)
    await makeKey()
    for (let type = 1; type < 256; type++) {
      one.send(type, new Uint8Array(32).fill(0xaa))
      one.send(type, encode([new Uint8Array(32).fill(0xaa)]))
    }
    one.send(frameTypes.hello, encodeHostHello({ version: 1, relays: false }))
    const said = new Set(one.frames.map(({ type }) => type))
    for (const type of [frameTypes.enrol, frameTypes.report, frameTypes.time, frameTypes.result, frameTypes.trust]) {
      expect(said).not.toContain(type)
    }
  })

  test('trust is pinned once: the same again is taken, another is not', async () => {
    one = openBoardUnderTest(program)
    const body = trustOf(gateway.publicKey)
    one.send(frameTypes.trust, body)
    expect(await one.next(frameTypes.trust)).toEqual(sha256(body).slice(0, 8))
    one.send(frameTypes.trust, body)
    await one.next(frameTypes.trust)
    one.send(frameTypes.trust, trustOf(nobleSigner(new Uint8Array(32).fill(6), 'memory:').publicKey))
    expect(await refusal()).toEqual({ type: frameTypes.trust, refusal: refusals.trustPinned })
    one.send(frameTypes.trust, encode([1]))
    expect(await refusal()).toEqual({ type: frameTypes.trust, refusal: refusals.badRequest })
  })

  test('a key file that cannot be read is never replaced, and nothing is signed without the counter of boots', async () => {
    one = openBoardUnderTest(program)
    await makeKey()
    const key = Buffer.from(one.board.files.get('hexfix.key') ?? [])
    for (const name of ['hexfix.boot0', 'hexfix.boot1']) one.board.files.delete(name)
    one.board.power()
    expect(Buffer.from(await one.next(frameTypes.note)).toString()).toBe('the boot counter cannot be read')
    const spoilt = Buffer.from(key)
    spoilt[3] = (spoilt[3] ?? 0) ^ 1
    one.board.files.set('hexfix.key', spoilt)
    one.board.power()
    expect(Buffer.from(await one.next(frameTypes.note)).toString()).toBe('the key cannot be read')
    one.send(frameTypes.key)
    expect(await refusal()).toEqual({ type: frameTypes.key, refusal: refusals.keyExists })
    expect(one.board.files.get('hexfix.key')).toEqual(spoilt)
  })
})

describe('the console', () => {
  test('a build for production refuses it', async () => {
    one = openBoardUnderTest(program)
    one.send(frameTypes.console)
    expect(await refusal()).toEqual({ type: frameTypes.console, refusal: refusals.consoleLocked })
    expect(one.board.console()).toBeNull()
  })

  test('one for development says loudly that it is open, and gives it', async () => {
    one = openBoardUnderTest(await programOf({ open: true }))
    expect(value(readBoardHello(await one.next(frameTypes.hello))).open).toBe(true)
    expect(Buffer.from(await one.next(frameTypes.note)).toString()).toMatch(/^DEVELOPMENT BUILD/)
    one.send(frameTypes.console)
    await one.next(frameTypes.console)
    expect(one.board.console()).toBe('USB')
  })
})

describe('reports', () => {
  test('go out while a host relays, in ticks until there is a time, and each is kept and marked at its receipt', async () => {
    one = openBoardUnderTest(program)
    await makeKey()
    await pin()
    await expect.poll(() => [...one.board.files.keys()].some((name) => name.startsWith('h0'))).toBe(true)
    expect(one.frames.some(({ type }) => type === frameTypes.report || type === frameTypes.time)).toBe(false)
    relay()
    await answerTime(1_790_000_000)
    const first = await nextReport()
    expect(first.report).toMatchObject({
      boot: 0,
      seq: 0,
      blocks: [
        { type: 'sensor', schema: 1 },
        { type: 'heartbeat', firmware: 3 },
      ],
    })
    expect(first.report.time).toMatchObject({ ms: expect.any(Number) })
    receipt({ ...first, digest: new Uint8Array(8) })
    receipt(first)
    const second = await nextReport()
    expect(second.report).toMatchObject({ boot: 0, seq: 1 })
    const file = one.board.files.get('h0000000000000000')
    expect([...(file ?? [])].slice(-8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    for (let last = second; typeof last.report.time !== 'number'; last = await nextReport()) receipt(last)
  })

  test('a new start takes a new boot, tells how far the last one went, and sends what no receipt came for', async () => {
    one = openBoardUnderTest(program)
    await makeKey()
    await pin()
    relay()
    await answerTime(1_790_000_000)
    const first = await nextReport()
    receipt(first)
    const second = await nextReport()
    one.frames.splice(0)
    one.board.power()
    expect(value(readBoardHello(await one.next(frameTypes.hello)))).toMatchObject({ boot: 1, net })
    relay()
    await answerTime(1_790_000_100)
    const again = await nextReport()
    expect(again.report).toEqual(second.report)
    const files = () => [...one.board.files.keys()].filter((name) => name.startsWith('h00000001'))
    await expect.poll(() => files().length).toBeGreaterThan(0)
    const newest = one.board.files.get(files()[0] as string) as Uint8Array
    const length = (newest[2] as number) * 256 + (newest[3] as number)
    const report = value(readReport(value(decode(newest.subarray(8, 8 + length - 64)))))
    expect(report.blocks[1]).toMatchObject({ type: 'heartbeat', previousBoot: [0, expect.any(Number)] })
  })

  test('a full outbox loses the oldest, what is delivered first, and counts what nobody has', async () => {
    one = openBoardUnderTest(await programOf({ outboxBytes: 700 }))
    await makeKey()
    await pin()
    const held = () => [...one.board.files.keys()].filter((name) => name.startsWith('h0')).sort()
    await expect.poll(held, { timeout: 20_000 }).not.toContain('h0000000000000000')
    const bytes = held().reduce((sum, name) => sum + (one.board.files.get(name)?.length ?? 0), 0)
    expect(bytes).toBeLessThanOrEqual(700)
    relay()
    await answerTime(1_790_000_000)
    const dropped = async (): Promise<number> => {
      for (;;) {
        const got = await nextReport()
        receipt(got)
        const heartbeat = got.report.blocks.find((block) => block.type === 'heartbeat')
        if (heartbeat?.dropped !== undefined && heartbeat.dropped > 0) return heartbeat.dropped
      }
    }
    expect(await dropped()).toBeGreaterThan(0)
  })

  test('a command of the pinned gateway is obeyed after a check in JavaScript; the count of boots is not moved', async () => {
    one = openBoardUnderTest(program)
    await makeKey()
    await pin()
    relay()
    await answerTime(1_790_000_000)
    await nextReport()
    down(frameTypes.command, mtypes.command, encodeCommand({ n: 1, op: ops.ping, args: [] }))
    const result = value(readResult(payloadOf(await one.next(frameTypes.result), mtypes.result)))
    expect(result).toEqual({ n: 1, status: commandStatuses.done })
    one.board.power()
    one.frames.splice(0)
    one.send(frameTypes.hello, encodeHostHello({ version: 1, relays: false }))
    expect(value(readBoardHello(await one.next(frameTypes.hello)))).toMatchObject({ boot: 1, verifies: true })
  })
})
