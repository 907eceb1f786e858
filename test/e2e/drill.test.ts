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
    const result = await runDrill({ seed, devices: 1, perDevicePhase: 1, perAwayPhase: 1, perGatewayPhase: 1 })
    process.stdout.write(`${JSON.stringify(result)}\n`)
    expect(result).toMatchObject({ seed, lost: 0, twice: 0, missing: 0 })
    expect(result.kills).toEqual({
      ...{ 'device/before': 1, 'device/torn': 1, 'device/after': 1 },
      ...{ 'away/before': 1, 'away/torn': 1, 'away/after': 1 },
      ...{ 'gateway/page': 1, 'gateway/sync': 1, 'gateway/answer': 1 },
    })
    expect(result.stored).toBeGreaterThan(100)
    expect(result.dropped).toBeGreaterThan(0)
  })

  it('shows a device that calls a report durable before it is written', { timeout: 120_000 }, async () => {
    const plant = {
      file: /device-sdk\/node\/outbox\.ts$/,
      from: 'fresh.push({ one, durable })',
      to: 'durable(); fresh.push({ one, durable: () => {} })',
    }
    const per = { perDevicePhase: 3, perAwayPhase: 0, perGatewayPhase: 0 }
    const result = await runDrill({ seed: 1, devices: 1, ...per, plant })
    expect(result.missing).toBeGreaterThan(0)
  })
})
