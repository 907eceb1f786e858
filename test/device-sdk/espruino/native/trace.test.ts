import { expect, test } from 'vitest'
import { edgeSecrets, randomPairs } from '../../../../scripts/native/cases.ts'
import { compileSigner } from '../../../../scripts/native/compile.ts'
import { operation } from '../../../../scripts/native/emulator.ts'
import { traceRuns } from '../../../../scripts/native/trace.ts'
import { code, table } from './fixtures.ts'

const signing = (seed: string, count: number) =>
  randomPairs(seed, count).map((pair) => ({ operation: operation.sign, ...pair }))

const keys = (seed: string, count: number) =>
  signing(seed, count).map((one) => ({ ...one, operation: operation.publicKey }))

test('signing executes and touches the same addresses in the same order, whatever the secret', {
  timeout: 60_000,
}, () => {
  const edges = edgeSecrets.map((secret) => ({ operation: operation.sign, secret, digest: new Uint8Array(32) }))
  const seed = String(Math.random())
  const traces = traceRuns(code, table, [...signing(seed, 5), ...edges])
  expect(traces.length).toBe(5 + edgeSecrets.length)
  expect(
    traces.flatMap(({ differs }) => differs ?? []),
    `seed ${seed}`,
  ).toEqual([])
  for (const { result, instructions } of traces) {
    expect(result).toBeGreaterThanOrEqual(0)
    expect(instructions).toBeGreaterThan(500_000)
    expect(instructions).toBeLessThan(2_500_000)
  }
})

test('so does making a public key', { timeout: 60_000 }, () => {
  const seed = String(Math.random())
  const traces = traceRuns(code, table, keys(seed, 10))
  expect(traces.length).toBe(10)
  expect(
    traces.flatMap(({ differs }) => differs ?? []),
    `seed ${seed}`,
  ).toEqual([])
})

test.each([
  ['CANARY_BRANCH', /execution at/],
  ['CANARY_LOOKUP', /access to/],
])('a planted %s is found', { timeout: 60_000 }, (canary, where) => {
  const traces = traceRuns(compileSigner([canary]).code, table, keys('canary', 2))
  expect(traces[1]?.differs).toMatch(where)
})
