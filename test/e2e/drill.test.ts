import { execFileSync } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { runDrill } from '../../bench/drill/run.ts'

const why = (() => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no strace; run: scripts/debian-packages.sh'
  }
})()

describe('kill -9 over the I/O of devices and gateways', () => {
  beforeEach((context) => {
    context.skip(why !== null, why ?? '')
  })

  it('loses, doubles and misses no report', { timeout: 120_000 }, async () => {
    const seed = Date.now() % 2 ** 31
    const result = await runDrill({ seed, perDevicePhase: 2, perGatewayPhase: 1 })
    process.stdout.write(`${JSON.stringify(result)}\n`)
    expect(result).toMatchObject({ seed, lost: 0, twice: 0, missing: 0 })
    expect(Object.values(result.kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(7)
    expect(result.stored).toBeGreaterThan(100)
  })

  it('shows a device that calls a report durable before it is written', { timeout: 120_000 }, async () => {
    const plant = {
      file: /device-sdk\/node\/outbox\.ts$/,
      from: 'fresh.push({ one, durable })',
      to: 'durable(); fresh.push({ one, durable: () => {} })',
    }
    const result = await runDrill({ seed: 1, perDevicePhase: 4, perGatewayPhase: 0, plant })
    expect(result.missing).toBeGreaterThan(0)
  })
})
