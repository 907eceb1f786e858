import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Waiting } from '../../../device-sdk/link/index.ts'
import { outboxRecords } from '../../../device-sdk/link/index.ts'
import { openBootCounter } from '../../../device-sdk/node/boot-counter.ts'
import { openOutbox } from '../../../device-sdk/node/outbox.ts'
import { openPulse } from '../../../device-sdk/node/pulse.ts'
import { must, testFolder } from '../../gateway/harness.ts'
import { call, startTestGateway } from '../../gateway/running.ts'
import { keyOf, provisioned, startReporter } from './parts.ts'

/** A device that starts boot 8; the file of its outbox says that the last boot ended at 7/41. */
const pulseOf = (confirmed: number) => {
  const dir = testFolder()
  const path = join(dir, 'outbox')
  writeFileSync(path, outboxRecords.mark({ boot: 7, seq: 41 }, 0))
  writeFileSync(join(dir, 'boot'), `7 ${confirmed}\n`)
  const outbox = must(openOutbox({ path, bytesMax: 150, commitDelayMs: 0 }))
  const counter = must(openBootCounter(join(dir, 'boot'), outbox.last?.boot ?? -1))
  return { outbox, counter, pulse: openPulse(outbox, counter) }
}
/** A hundred bytes; two of them do not fit. */
const report = (seq: number): Waiting => {
  return { boot: 8, seq, digest: new Uint8Array(8), message: new Uint8Array(100) }
}
const endOf = ({ pulse }: ReturnType<typeof pulseOf>) => pulse.due().map(({ previousBoot = null }) => previousBoot)

describe('a heartbeat', () => {
  it('goes with the first report, and with none of those that follow at once', () => {
    const { pulse } = pulseOf(7)
    expect(pulse.due()).toMatchObject([{ type: 'heartbeat', dropped: 0 }])
    expect([pulse.due(), pulse.due()]).toEqual([[], []])
  })

  it('says how many reports were dropped, within a minute and not with every report', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { outbox, pulse } = pulseOf(7)
    expect(pulse.due()).toMatchObject([{ dropped: 0 }])
    for (const seq of [0, 1, 2]) outbox.put(report(seq))
    expect([outbox.dropped(), pulse.due()]).toEqual([2, []])
    vi.advanceTimersByTime(60_000)
    expect(pulse.due()).toMatchObject([{ type: 'heartbeat', dropped: 2 }])
    outbox.put(report(3))
    vi.advanceTimersByTime(59_000)
    expect(pulse.due()).toEqual([])
    vi.advanceTimersByTime(1_000)
    expect([pulse.due(), pulse.due()]).toMatchObject([[{ dropped: 3 }], []])
    vi.advanceTimersByTime(3_599_000)
    expect(pulse.due()).toEqual([])
    vi.advanceTimersByTime(1_000)
    expect(pulse.due()).toMatchObject([{ dropped: 3, previousBoot: [7, 41] }])
  })

  it('says how far the previous boot went', () => {
    expect(endOf(pulseOf(7))).toEqual([[7, 41]])
  })

  it('waits with that until a gateway has shown that the boot is its own', () => {
    const device = pulseOf(3)
    expect(endOf(device)).toEqual([null])
    expect(endOf(device)).toEqual([])
    device.counter.confirm()
    expect(endOf(device)).toEqual([[7, 41]])
    expect(endOf(device)).toEqual([])
  })

  it('never says it of a boot whose reports were signed again under another', () => {
    const device = pulseOf(3)
    device.counter.moveTo(20)
    device.counter.confirm()
    device.pulse.moved()
    expect(endOf(device)).toEqual([null])
  })
})

describe('the tail of a boot', () => {
  it('that was lost is known to the gateway by the heartbeat of the next', async () => {
    const gateway = await startTestGateway()
    const dir = await provisioned(gateway)
    const { kid } = keyOf(dir)
    const first = await startReporter(dir)
    first.report(100)
    await first.next('report/receipt')
    await first.close()
    // Reports 1 to 5 were dropped: only the mark knows of them.
    writeFileSync(join(dir, 'outbox'), outboxRecords.mark({ boot: 0, seq: 5 }, 5))
    const second = await startReporter(dir)
    second.report(200)
    await second.next('report/receipt')
    const { json } = await call(`${gateway.http}/v1/devices/${kid}/gaps`)
    expect(json.boots[1]).toMatchObject({ boot: 0, highest: 0, end: 5, tail: { first: 1, last: 5 }, missed: 5 })
  })

  it('that was delivered shows no gap', async () => {
    const gateway = await startTestGateway()
    const dir = await provisioned(gateway)
    const { kid } = keyOf(dir)
    for (const boot of [0, 1]) {
      const device = await startReporter(dir)
      device.report(100 * boot)
      await device.next('report/receipt')
      await device.close()
    }
    const { json } = await call(`${gateway.http}/v1/devices/${kid}/gaps`)
    expect(json).toMatchObject({ missed: 0, boots: [{ boot: 1 }, { boot: 0, highest: 0, end: 0 }] })
    rmSync(dir, { recursive: true })
  })
})
