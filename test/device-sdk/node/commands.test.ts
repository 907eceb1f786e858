import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Actions } from '../../../device-sdk/node/commands.ts'
import { openCommands } from '../../../device-sdk/node/commands.ts'
import type { CborValue, PinnedTrust } from '../../../device-sdk/protocol/index.ts'
import {
  encodeCommand,
  encodeTrust,
  mtypes,
  readResult,
  readSign1,
  verifySign1,
} from '../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { codeOf, must, testFolder } from '../../gateway/harness.ts'
import { net, testKey } from '../../gateway/keys.ts'
import { deviceKey, eventLog, gatewayKey, gatewayOf, identity, signedDown } from './parts.ts'

const command = (n: number, op: number, ...args: readonly CborValue[]): Uint8Array =>
  signedDown(mtypes.command, encodeCommand({ n, op, args }))

const trust: PinnedTrust = {
  net,
  chainId: 1,
  gateways: [gatewayOf(testKey('another gateway'))],
  entropyTip: null,
}

const open = (path = join(testFolder(), 'command'), actions: Partial<Actions> = {}) => {
  const done: unknown[] = []
  const events = eventLog()
  const commands = must(
    openCommands({
      path,
      identity,
      pinned: () => [gatewayOf(gatewayKey)],
      actions: { trust: (one) => done.push(one), interval: (everyS) => done.push(everyS), ...actions },
      onEvent: events.onEvent,
    }),
  )
  /** The device's signed answer, verified; null where it gave none. */
  const obey = (message: Uint8Array) => {
    const result = commands.obey(message)
    if (result === null) return null
    const binding = { mtype: mtypes.result, net, kid: deviceKey.kidBytes }
    const frame = must(readSign1(result))
    return must(readResult(must(verifySign1(frame, binding, deviceKey.signer.publicKey, sha256, nobleVerify))))
  }
  return { path, done, obey, ...events }
}

describe('a command', () => {
  it.each([
    ['ping', [0], { status: 0 }, []],
    ['ping with something', [0, 1], { status: 2 }, []],
    ['interval', [2, 60], { status: 0 }, [60]],
    ['interval of nothing', [2, 0], { status: 2 }, []],
    ['interval of more than a day', [2, 86_401], { status: 2 }, []],
    ['interval in words', [2, 'often'], { status: 2 }, []],
    ['interval without one', [2], { status: 2 }, []],
    ['restart, which this device cannot', [3], { status: 1 }, []],
    ['identify', [4], { status: 0 }, []],
    ['what nobody knows', [77], { status: 1 }, []],
    ['trust', [1, ...encodeTrust(trust)], { status: 0 }, [trust]],
    ['trust in nobody', [1, net, 1, [], null], { status: 2 }, []],
    ['trust on another network', [1, ...encodeTrust({ ...trust, net: 2 })], { status: 2 }, []],
    ['trust without its arguments', [1], { status: 2 }, []],
  ])('%s is answered by a signed result', (_name, [op = 0, ...args], outcome, what) => {
    const { obey, done } = open()
    expect(obey(command(5, op as number, ...(args as CborValue[])))).toMatchObject({ n: 5, ...outcome })
    expect(done).toEqual(what)
  })

  it('identify is told to whoever runs the device', async () => {
    const { obey, next } = open()
    obey(command(0, 4))
    expect(await next('command/identify')).toMatchObject({ event: 'command/identify' })
    expect(await next('command/done')).toEqual({ event: 'command/done', n: 0, op: 4, status: 0 })
  })

  it('is unsupported where the device has nothing to do it with', () => {
    const path = join(testFolder(), 'command')
    const commands = must(
      openCommands({
        path,
        identity,
        pinned: () => [gatewayOf(gatewayKey)],
        actions: { trust: () => {} },
        onEvent: () => {},
      }),
    )
    const result = commands.obey(command(0, 2, 60)) ?? new Uint8Array(0)
    expect(must(readResult(must(readSign1(result)).payload))).toEqual({ n: 0, status: 1 })
  })

  it('that fails says so, and is not tried again', () => {
    const interval = (): void => {
      throw new Error('the disk is gone')
    }
    const { obey } = open(undefined, { interval })
    expect(obey(command(0, 2, 60))).toEqual({ n: 0, status: 3, detail: 'the disk is gone' })
    expect(obey(command(0, 2, 60))).toBeNull()
  })

  it.each([
    ['of a gateway that is not pinned', { by: testKey('stranger') }, 'sign1/wrong-kid'],
    ['of a stranger who names nobody', { by: testKey('stranger'), nameless: true }, 'sign1/bad-signature'],
    ['to another device', { to: testKey('neighbour') }, 'sign1/bad-signature'],
    ['of another network', { net: 2 }, 'sign1/bad-signature'],
  ])('%s is not obeyed, and uses no number up', async (_name, how, code) => {
    const { obey, done, next } = open()
    const body = encodeCommand({ n: 9, op: 2, args: [60] })
    expect(obey(signedDown(mtypes.command, body, how))).toBeNull()
    expect(obey(signedDown(mtypes.receipt, body))).toBeNull()
    expect(await next('command/refused')).toMatchObject({ code })
    expect(done).toEqual([])
    expect(obey(command(0, 0))).toMatchObject({ n: 0, status: 0 })
  })
})

describe('the number of a command', () => {
  it('rises, or it is not obeyed: over a restart of the device too', async () => {
    const { path, obey, done, next } = open()
    expect(obey(command(3, 2, 60))).toMatchObject({ n: 3 })
    for (const n of [3, 2, 0]) expect(obey(command(n, 2, 61))).toBeNull()
    expect(await next('command/refused')).toMatchObject({ code: 'command/stale' })
    const again = open(path)
    expect(again.obey(command(3, 2, 60))).toBeNull()
    expect(again.obey(command(4, 2, 62))).toMatchObject({ n: 4, status: 0 })
    expect([done, again.done]).toEqual([[60], [62]])
  })

  it('is durable before the command is carried out', () => {
    const path = join(testFolder(), 'command')
    let found = ''
    const { obey } = open(path, {
      interval: () => {
        found = readFileSync(path, 'utf8')
      },
    })
    obey(command(12, 2, 60))
    expect(found).toBe('12\n')
  })

  it.each(['', 'x\n', '-1\n', '5', '12345678901\n'])('that cannot be read (%j) is said at the start', (content) => {
    const path = join(testFolder(), 'command')
    writeFileSync(path, content)
    const options = { path, identity, pinned: () => [], actions: { trust: () => {} }, onEvent: () => {} }
    expect(codeOf(openCommands(options))).toBe('command/unreadable')
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('that cannot be written is not used', async () => {
    const file = join(testFolder(), 'plain')
    const { obey, done, next } = open(join(file, 'command'))
    writeFileSync(file, '')
    expect(obey(command(0, 2, 60))).toBeNull()
    expect(await next('command/refused')).toMatchObject({ code: 'device/unwritable' })
    expect(done).toEqual([])
    rmSync(file)
    expect(obey(command(0, 2, 60))).toMatchObject({ n: 0, status: 0 })
  })
})
