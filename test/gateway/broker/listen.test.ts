import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type Listener, listenTcp } from '../../../gateway/broker/index.ts'
import { listenFailure } from '../../../gateway/broker/listen.ts'

const open: Listener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

const listen = async (host: string, port: number, accept = () => {}) => {
  const result = await listenTcp({ host, port, accept })
  if (result.ok) open.push(result.value)
  return result
}

test('tells the real port and hands over connections with their address', async () => {
  let seen: (address: string) => void = () => {}
  const address = new Promise<string>((resolve) => {
    seen = resolve
  })
  const result = await listenTcp({
    host: '127.0.0.1',
    port: 0,
    accept: (socket, remoteAddress) => {
      seen(remoteAddress)
      socket.destroy()
    },
  })
  if (!result.ok) throw new Error(result.error.detail)
  open.push(result.value)
  expect(result.value.port).toBeGreaterThan(0)
  const socket = connect(result.value.port, '127.0.0.1')
  expect(await address).toBe('127.0.0.1')
  if (!socket.closed) await once(socket, 'close')
})

test('a port that is taken is gw/port-in-use, with host and port', async () => {
  const first = await listen('127.0.0.1', 0)
  if (!first.ok) throw new Error(first.error.detail)
  const second = await listen('127.0.0.1', first.value.port)
  expect(second).toEqual({
    ok: false,
    error: { code: 'gw/port-in-use', detail: `127.0.0.1 port ${first.value.port}: EADDRINUSE` },
  })
})

test('after close the port is free at once', async () => {
  const first = await listen('127.0.0.1', 0)
  if (!first.ok) throw new Error(first.error.detail)
  await first.value.close()
  expect((await listen('127.0.0.1', first.value.port)).ok).toBe(true)
})

test('an address of another machine is gw/address-unusable', async () => {
  const result = await listen('192.0.2.1', 0)
  expect(result).toMatchObject({ ok: false, error: { code: 'gw/address-unusable' } })
})

test.each(['EACCES', 'EPERM'])('%s is gw/port-forbidden', (code) => {
  const error = Object.assign(new Error('denied'), { code })
  expect(listenFailure(error, '0.0.0.0', 883)).toEqual({
    ok: false,
    error: { code: 'gw/port-forbidden', detail: `0.0.0.0 port 883: ${code}` },
  })
})
