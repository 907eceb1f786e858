import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { openJournal } from '../../../provisioning/batch/journal.ts'
import { readRows } from '../../../provisioning/batch/rows.ts'
import { runTray } from '../../../provisioning/batch/tray.ts'
import { openGatewayClient } from '../../../provisioning/gateway-client.ts'
import { readFacts } from '../../../provisioning/gateway-facts.ts'
import { noSocat } from '../../device-sdk/sensors/serial.ts'
import { plugWeatherBoard } from '../../emulators/small-board/plug.ts'
import { must, testFolder } from '../../gateway/harness.ts'
import { testKey } from '../../gateway/keys.ts'
import { call, startTestGateway } from '../../gateway/running.ts'

const owner = testKey('owner of a tray').signer

it.skipIf(noSocat !== null)(
  `a tray of boards is made one after the other at one port, and by a later run only what is missing ${noSocat ?? ''}`,
  { timeout: 90_000 },
  async () => {
    const gateway = await startTestGateway()
    const [port, out] = [join(testFolder(), 'tty'), testFolder()]
    const boards = [await plugWeatherBoard(port)]
    await boards[0]?.unplug()
    boards.push(await plugWeatherBoard(port))
    await boards[1]?.unplug()
    const client = must(openGatewayClient({ data: gateway.data }))
    const facts = must(await readFacts(client))
    const rows = must(readRows('name,lat,lng\nporch,51.5,-0.1\nbad,91,0\nshed,,\n'))
    const claimant = { owner: evmAddress(owner.publicKey), signatures: { signers: [owner], pasted: [] } }

    /** A person at the tray, who takes the boards in this order, and stops when there is none left. */
    const makeTray = async (order: readonly number[]) => {
      const stop = new AbortController()
      const hands = [...order]
      let held: number | undefined
      // One thing after the other: the cable of the last board is out before that of the next is in.
      let done = Promise.resolve()
      const said: string[] = []
      const warned: Failure[] = []
      const say = (line: string): void => {
        said.push(line)
        if (line.startsWith('plug in')) {
          held = hands.shift()
          if (held === undefined) stop.abort()
          else {
            const next = boards[held]
            done = done.then(() => next?.plugIn())
          }
        }
        if (line === 'take it out') {
          const last = boards[held ?? 0]
          done = done.then(() => last?.unplug())
        }
      }
      const journal = must(openJournal(out))
      const options = {
        out,
        port,
        softwareVersion: '0',
        claimant,
        signal: stop.signal,
        say,
        warn: warned.push.bind(warned),
      }
      const outcomes = await runTray({ client, facts, journal }, rows, options, () => {})
      journal.close()
      await done
      if (held !== undefined) await boards[held]?.unplug()
      return { said, warned, outcomes }
    }

    // The same board once more is told, and is not made twice; then the person leaves.
    const first = await makeTray([0, 0])
    expect(first.outcomes).toMatchObject([
      { name: 'porch', state: 'made' },
      { name: 'bad', state: 'failed', error: { code: 'place/not-a-cell' } },
      { name: 'shed', state: 'failed', error: { code: 'batch/stopped' } },
    ])
    expect(first.warned).toEqual([{ code: 'batch/same-board', detail: 'it is porch' }])
    const second = await makeTray([1])
    expect(second.said[0]).toBe('plug in the board for shed')
    expect(second.outcomes).toMatchObject([
      { name: 'porch', state: 'kept' },
      { name: 'bad', state: 'failed' },
      { name: 'shed', state: 'made' },
    ])
    const { json } = await call(`${gateway.http}/v1/devices`)
    expect(json.devices).toMatchObject([
      { name: 'porch', place: { lat: expect.closeTo(51.5, 2) } },
      { name: 'shed', place: null },
    ])
    expect(new Set(json.devices.map(({ kid }: { kid: string }) => kid)).size).toBe(2)
  },
)
