import { afterEach, describe, expect, it, vi } from 'vitest'
import { testFolder } from '../harness.ts'
import { signReport, testKey } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const dayS = 86_400
const startS = 1_790_000_000

/** Only what tells the time is false: the sockets and the timers are real. */
const clockAt = (seconds: number): void => {
  // Once: a second false clock would not move what holds on to the first.
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(seconds * 1000)
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a gateway whose clock jumps a day forward and back', () => {
  it('loses nothing, accepts nothing twice, and keeps what is ahead of it as evidence', async () => {
    clockAt(startS)
    const data = testFolder()
    const gateway = await startTestGateway(data)
    await enrol(gateway, key)
    const verdicts = async (over: Awaited<ReturnType<typeof connectDevice>>, seq: number, time: number) => {
      await over.publish(signReport(key, { seq, time }))
      return (await over.receipt()).map(({ verdict }) => verdict)
    }
    const device = await connectDevice(gateway, key)
    expect(await verdicts(device, 0, startS)).toEqual([0])
    clockAt(startS + dayS)
    expect(await verdicts(device, 1, startS)).toEqual([0])
    expect(await verdicts(device, 2, startS + dayS)).toEqual([0])
    clockAt(startS - dayS)
    // 12 is time/ahead: true for the device, and not for this clock.
    expect(await verdicts(device, 3, startS)).toEqual([12])
    expect(await verdicts(device, 4, startS - dayS)).toEqual([0])
    // Sent again, whatever the clock says: the receipt of the first time.
    expect(await verdicts(device, 2, startS + dayS)).toEqual([0])
    clockAt(startS)
    expect(await verdicts(device, 3, startS)).toEqual([12])
    await gateway.close()

    clockAt(startS - dayS)
    const again = await startTestGateway(data)
    const back = await connectDevice(again, key)
    expect(await verdicts(back, 1, startS)).toEqual([0])
    expect(await verdicts(back, 5, startS - dayS)).toEqual([0])
    const { json } = await call(`${again.http}/v1/reports`)
    expect(json.reports.map((one: { seq: number; code: string }) => `${one.seq} ${one.code}`)).toEqual([
      '5 accepted',
      '4 accepted',
      '3 time/ahead',
      '2 accepted',
      '1 accepted',
      '0 accepted',
    ])
    expect(again.look(({ log }) => [log.twice(), log.totals()])).toEqual([
      0,
      { accepted: 5, 'report/replay': 3, 'time/ahead': 1 },
    ])
  })

  it('closes no epoch twice', async () => {
    clockAt(startS)
    const gateway = await startTestGateway(testFolder(), [[['epochS'], '5']])
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    for (const [seq, atS] of [startS, startS + dayS, startS - dayS, startS + 60, startS + dayS + 60].entries()) {
      clockAt(atS)
      await device.publish(signReport(key, { seq, time: startS - dayS }))
      // The desk looks twice a second, by a timer that is not false.
      await new Promise((resolve) => setTimeout(resolve, 700))
    }
    const { json } = await call(`${gateway.http}/v1/epochs`)
    const numbers: number[] = json.epochs.map(({ epoch }: { epoch: number }) => epoch)
    expect(numbers.length).toBeGreaterThan(1)
    expect(new Set(numbers).size).toBe(numbers.length)
    const ranges: { logFrom: number; logTo: number }[] = json.epochs
    const closed = ranges.map(({ logFrom, logTo }) => [logFrom, logTo] as const).reverse()
    for (const [i, [from]] of closed.entries()) expect(from).toBe(i === 0 ? 0 : closed[i - 1]?.[1])
  })
})
