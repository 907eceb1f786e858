import mqttPacket from 'mqtt-packet'
import { expect, test } from 'vitest'
import { createHost } from '../../../gateway/broker/host.ts'
import { alice, connectPacket, fakeSocket } from './harness.ts'

const answers = (written: readonly Buffer[]): (string | undefined)[] => {
  const commands: (string | undefined)[] = []
  const parser = mqttPacket.parser()
  parser.on('packet', ({ cmd }) => commands.push(cmd))
  parser.parse(Buffer.concat(written))
  return commands
}

const subscribe = mqttPacket.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] })
const connect = mqttPacket.generate(connectPacket(alice))

test('routes nothing, not even to a client that may subscribe to everything', async () => {
  const host = await createHost({})
  const publish = mqttPacket.generate({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
  const ping = mqttPacket.generate({ cmd: 'pingreq' })
  const { socket, state } = fakeSocket([connect, subscribe, publish, ping])
  host.handle(socket)
  const handled = ['connack', 'pingresp', 'suback']
  await expect.poll(() => answers(state.written).sort()).toEqual(handled)
  host.publish({ cmd: 'publish', topic: 'a', payload: 'y', qos: 0, dup: false, retain: false }, () => {})
  await new Promise((resolve) => setImmediate(resolve))
  expect(answers(state.written).sort()).toEqual(handled)
  socket.destroy()
  await new Promise<void>((resolve) => host.close(resolve))
})

test('keeps no list by client id: who takes over from whom is not its business', async () => {
  const host = await createHost({})
  const sockets = [fakeSocket([connect]), fakeSocket([connect])]
  for (const { socket } of sockets) host.handle(socket)
  for (const { state } of sockets) await expect.poll(() => answers(state.written)).toEqual(['connack'])
  expect(sockets.map(({ socket }) => socket.destroyed)).toEqual([false, false])
  expect(host.connectedClients).toBe(0)
  for (const { socket } of sockets) socket.destroy()
  await new Promise<void>((resolve) => host.close(resolve))
})
