import { describe, expect, it } from 'vitest'
import { encode, messageBytesMax, mtypes, standardSchema, toHex } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type { AdmitDeps } from '../../../gateway/ingest/admit.ts'
import { admitReport } from '../../../gateway/ingest/admit.ts'
import { countingVerifier } from '../harness.ts'
import { forged, net, signBytes, signReport, someTimeS, testKey } from '../keys.ts'

const key = testKey('porch')
const receivedMs = someTimeS * 1000
const session = new Uint8Array(8).fill(9)

/** Faults in the order in which wire.md has them looked for, each with its code, what becomes of the report, and the ECDSA it buys. */
const faults = [
  ['over the maximum size', 'wire/too-large', 'evidence', 0],
  ['no message of the format', 'wire/malformed', 'evidence', 0],
  ['a payload with a byte too many', 'wire/malformed', 'evidence', 0],
  ['the kid of another in the header', 'sign1/wrong-kid', 'evidence', 0],
  ['an unknown key', 'device/unknown', 'evidence', 0],
  ['a revoked key', 'device/revoked', 'evidence', 0],
  ['the same payload stored before', 'report/replay', 'replay', 0],
  ['a session that was never issued', 'session/unknown', 'evidence', 0],
  ['a pair outside of the window', 'report/out-of-range', 'evidence', 0],
  ['more than the device may store today', 'quota/exceeded', 'evidence', 0],
  ['a signature that does not hold', 'sign1/bad-signature', 'evidence', 1],
  ['another payload under the pair', 'report/equivocation', 'evidence', 1],
  ['a block of no known shape', 'report/bad-shape', 'first', 1],
  ['a schema that nobody knows', 'report/unknown-schema', 'first', 1],
  ['a time ahead of the gateway', 'time/ahead', 'first', 1],
  ['no fault', 'accepted', 'first', 1],
] as const

type Fault = (typeof faults)[number][0]

const padded = (message: Uint8Array): Uint8Array => {
  const large = new Uint8Array(messageBytesMax + 1)
  large.set(message)
  return large
}

const judge = (has: ReadonlySet<Fault>) => {
  const boot = has.has('a session that was never issued') ? session : 1
  const time = someTimeS + (has.has('a time ahead of the gateway') ? 301 : 0)
  const blocks = [has.has('a schema that nobody knows') ? [999, 1] : [1, 2240, 551, 1325]]
  if (has.has('a block of no known shape')) blocks.push([-7, 1])
  const good = encode([boot, 0, time, ...blocks])
  const payload = has.has('a payload with a byte too many') ? Buffer.concat([good, Buffer.of(0)]) : good
  let message = signBytes(key, payload)
  if (has.has('a signature that does not hold')) message = forged(message)
  if (has.has('the kid of another in the header')) message.set(testKey('other').kidBytes, 10)
  if (has.has('no message of the format')) message[3] = 0xff
  if (has.has('over the maximum size')) message = padded(message)

  const counted = countingVerifier()
  const occupant = has.has('the same payload stored before') ? sha256(payload) : null
  const other = has.has('another payload under the pair') ? new Uint8Array(32) : null
  const deps: AdmitDeps = {
    net,
    sha256,
    verify: counted.verify,
    schemaOf: standardSchema,
    keyOf: () => {
      if (has.has('an unknown key')) return null
      return { publicKey: key.signer.publicKey, revoked: has.has('a revoked key') }
    },
    digestAt: () => occupant ?? other,
    sessionOf: () => null,
    inWindow: () => !has.has('a pair outside of the window'),
    mayStore: () => !has.has('more than the device may store today'),
  }
  return { verdict: admitReport({ kid: key.kid, message, receivedMs }, deps), calls: counted.calls }
}

/** A pair that is taken was within the window when it came, and has one occupant. */
const exclusive = (a: Fault, b: Fault): boolean =>
  b === 'another payload under the pair' &&
  (a === 'the same payload stored before' || a === 'a pair outside of the window')

describe('a report', () => {
  it.each(faults)('with %s is %s, kept as %s, after %d ECDSA', (fault, code, kind, ecdsa) => {
    const { verdict, calls } = judge(new Set([fault]))
    expect([verdict.code, verdict.kind, calls]).toEqual([code, kind, ecdsa])
  })

  it.each(faults.map(([fault, code], i) => [fault, code, i] as const))(
    'with %s is %s, whatever else would be found later',
    (fault, code, i) => {
      for (const [later] of faults.slice(i + 1)) {
        if (exclusive(fault, later)) continue
        expect(judge(new Set([fault, later])).verdict.code, later).toBe(code)
      }
    },
  )

  it('is named by pair and digest as far as it can be read', () => {
    const read = (fault: Fault) => judge(new Set([fault])).verdict
    for (const fault of ['over the maximum size', 'no message of the format'] as const) {
      expect([read(fault).pair, read(fault).digest]).toEqual([null, null])
    }
    expect(read('the kid of another in the header').pair).toEqual({ boot: 1, seq: 0 })
    expect(read('a session that was never issued').pair).toEqual({ boot: session, seq: 0 })
    const { digest, sign1 } = read('no fault')
    expect(toHex(digest ?? new Uint8Array(0))).toBe(toHex(sha256(sign1?.payload ?? new Uint8Array(0))))
  })

  it('without boot and seq that can be read is evidence, though its signature holds', () => {
    const counted = countingVerifier()
    const keyOf = () => ({ publicKey: key.signer.publicKey, revoked: false })
    const deps: AdmitDeps = {
      net,
      sha256,
      verify: counted.verify,
      schemaOf: standardSchema,
      keyOf,
      digestAt: () => null,
      sessionOf: () => null,
      inWindow: () => true,
      mayStore: () => true,
    }
    for (const payload of [
      encode(['x', 0, 1, [1, 1, 1, 1]]),
      encode([1, 2 ** 32, 1, [1, 1, 1, 1]]),
      encode({ entries: [] }),
    ]) {
      const verdict = admitReport({ kid: key.kid, message: signBytes(key, payload), receivedMs }, deps)
      expect([verdict.code, verdict.kind, verdict.pair]).toEqual(['report/bad-shape', 'evidence', null])
    }
    expect(counted.calls).toBe(3)
  })
})

describe('what a signature binds', () => {
  const admit = (message: Uint8Array, kid = key.kid): string => {
    const keyOf = () => ({ publicKey: key.signer.publicKey, revoked: false })
    const { verify } = countingVerifier()
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
    return admitReport({ kid, message, receivedMs }, deps).code
  }

  it.each([
    ['the tagged form', {}, 'accepted'],
    ['the compact form', { compact: true }, 'accepted'],
    ['another network', { net: net + 1 }, 'sign1/bad-signature'],
    ['another message type', { mtype: mtypes.result }, 'sign1/bad-signature'],
    ['another kid, compact', { kid: testKey('other').kidBytes, compact: true }, 'sign1/bad-signature'],
    ['another kid, tagged', { kid: testKey('other').kidBytes }, 'sign1/wrong-kid'],
  ] as const)('%s is %s', (_name, how, code) => {
    expect(admit(signReport(key, { seq: 0 }, how))).toBe(code)
  })

  it('every bit of the message', () => {
    const message = signReport(key, { seq: 0 })
    for (let at = 0; at < message.length; at++) {
      const changed = message.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      expect(admit(changed), `byte ${at}`).not.toBe('accepted')
    }
  })
})
