import { expect, it } from 'vitest'
import { runDevice } from '../../../device-sdk/node/index.ts'
import { ok } from '../../../device-sdk/protocol/index.ts'
import { mailbox } from '../../gateway/broker/harness.ts'
import { must } from '../../gateway/harness.ts'
import { startTestGateway } from '../../gateway/running.ts'
import { eventLog, provisioned } from './parts.ts'

it('a device that closes while its sensor reads signs nothing any more', async () => {
  const dir = await provisioned(await startTestGateway())
  const [started, ended] = [mailbox<null>(), mailbox<null>()]
  const reading = { schema: 1, timeS: null, cells: [2240, 551, 1325] }
  const sensor = {
    name: 'slow',
    schema: 1,
    read: async () => {
      started.put(null)
      await ended.take()
      return ok(reading)
    },
    close: async () => {},
  }
  const events = eventLog()
  const device = must(await runDevice({ dir, sensor, everyS: 3_600, commitDelayMs: 0, onEvent: events.onEvent }))
  await started.take()
  await device.close()
  ended.put(null)
  await new Promise(setImmediate)
  expect([events.unasked('report/signed'), events.unasked('disk/failed')]).toEqual([0, 0])
})
