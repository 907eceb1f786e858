import { describe, expect, it } from 'vitest'
import type { Block, ReportTime } from '../../../device-sdk/protocol/index.ts'
import { standardSchema } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { admitReport } from '../../../gateway/ingest/admit.ts'
import { countingVerifier } from '../harness.ts'
import { net, signReport, someTimeS, testKey, weather } from '../keys.ts'

const key = testKey('porch')

const codeAt = (receivedMs: number, time: ReportTime, block: Block = weather()): string => {
  const { verify } = countingVerifier()
  const keyOf = () => ({ publicKey: key.signer.publicKey, revoked: false })
  const deps = {
    net,
    sha256,
    verify,
    schemaOf: standardSchema,
    keyOf,
    digestAt: () => null,
    sessionOf: () => null,
    inWindow: () => true,
    mayStore: () => true,
  }
  return admitReport({ kid: key.kid, message: signReport(key, { seq: 0, time, blocks: [block] }), receivedMs }, deps)
    .code
}

const rows = (stepsS: readonly number[]): Block => {
  const column = Array.from({ length: stepsS.length + 1 }, (_, i) => i)
  return { type: 'sensor', schema: 1, stepsS, columns: [column, column, column] }
}

describe("a report's own time", () => {
  it.each([
    [0, 300, 'accepted'],
    [0, 301, 'time/ahead'],
    [999, 300, 'accepted'],
    [999, 301, 'time/ahead'],
  ])('received %d ms after a full second, and %d s ahead of that second: %s', (ms, ahead, code) => {
    expect(codeAt(someTimeS * 1000 + ms, someTimeS + ahead)).toBe(code)
  })

  it.each([0, 1, someTimeS - 86_400 * 365])('may be as old as %d', (time) => {
    expect(codeAt(someTimeS * 1000, time)).toBe('accepted')
  })

  it.each([2 ** 31, 2 ** 32, 2 ** 53 - 1])('is not %d in 2023', (time) => {
    expect(codeAt(someTimeS * 1000, time)).toBe('time/ahead')
  })

  it('may be ticks of a device without a clock, however many', () => {
    expect(codeAt(0, { ms: 2 ** 53 - 1 })).toBe('accepted')
  })

  it('is that of the first row: the others follow it', () => {
    expect(codeAt(someTimeS * 1000, someTimeS, rows([100, 201]))).toBe('accepted')
    expect(codeAt(someTimeS * 1000, someTimeS + 301, rows([100, 201]))).toBe('time/ahead')
  })
})
