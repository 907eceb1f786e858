import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { atEnd } from '../harness.ts'
import { signReport, testKey } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

const prlimit = (...options: readonly string[]): string =>
  execFileSync('prlimit', ['--pid', String(process.pid), ...options], { encoding: 'utf8' }).trim()

/** No file of this process may grow past this many bytes (setrlimit(2), RLIMIT_FSIZE): writes fail as on a full disk. */
const limitFiles = (bytes: string): void => {
  prlimit(`--fsize=${bytes}:`)
}
const unlimited = prlimit('--fsize', '--output=SOFT', '--noheadings')

describe('a full disk', () => {
  it('means no acknowledgement and no readiness, and is over when there is space again', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    await device.publish(signReport(key, { seq: 0 }))
    await device.receipt()

    atEnd(() => limitFiles(unlimited))
    limitFiles('1')
    const ready = await call(`${gateway.http}/readyz`)
    expect([ready.status, ready.json.error.code]).toEqual([503, 'store/unwritable'])
    const acknowledged = device.publish(signReport(key, { seq: 1 })).then(() => 'acknowledged')
    expect(await Promise.race([acknowledged, device.closed.then(() => 'closed')])).toBe('closed')
    expect(device.waiting).toEqual([])
    // 3 is "server unavailable": the device is not told that its token is wrong (MQTT 3.1.1 section 3.2.2.3).
    await expect(connectDevice(gateway, key)).rejects.toMatchObject({ code: 3 })
    const nonce = await call(`${gateway.http}/v1/enrol/nonce`, 'POST', { token: gateway.token })
    expect([nonce.status, nonce.json.error.code]).toEqual([503, 'store/unwritable'])
    // It lives, and whoever reads is served.
    expect((await call(`${gateway.http}/healthz`)).status).toBe(200)
    expect((await call(`${gateway.http}/v1/reports`)).json.head).toBe(1)

    limitFiles(unlimited)
    expect((await call(`${gateway.http}/readyz`)).status).toBe(200)
    const again = await connectDevice(gateway, key)
    await again.publish(signReport(key, { seq: 1 }))
    expect(await again.receipt()).toMatchObject([{ seq: 1, verdict: 0, logIndex: 2 }])
    expect(gateway.look(({ log }) => [log.head(), log.twice(), log.totals()])).toEqual([2, 0, { accepted: 2 }])
  })
})
