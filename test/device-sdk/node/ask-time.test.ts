import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { askTime, timeQuestion } from '../../../device-sdk/node/ask-time.ts'
import { encodeSync, mtypes, readSign1, readTimeRequest, verifySign1 } from '../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { atEnd, codeOf, must } from '../../gateway/harness.ts'
import { net, testKey } from '../../gateway/keys.ts'
import { deviceKey, gatewayKey, gatewayOf, identity, signedDown } from './parts.ts'

const pinned = () => [gatewayOf(testKey('another gateway')), gatewayOf(gatewayKey)]

const ask = () => {
  const clock = { ms: 1_000 }
  const question = timeQuestion(identity, pinned, () => clock.ms)
  const frame = must(readSign1(question.message))
  const { nonce, session } = must(readTimeRequest(frame.payload))
  const sync = (echo = nonce): Uint8Array => encodeSync({ echo, nowS: 1_700_000_000, ms: 5, boot: 7 })
  return { clock, question, frame, nonce, session, sync }
}

describe('a time request', () => {
  it('is signed, and takes a new nonce each time', () => {
    const { frame, nonce, session } = ask()
    const binding = { mtype: mtypes.time, net, kid: deviceKey.kidBytes }
    expect(verifySign1(frame, binding, deviceKey.signer.publicKey, sha256, nobleVerify).ok).toBe(true)
    expect(session).toBe(false)
    expect(ask().nonce).not.toEqual(nonce)
  })
})

describe('its answer', () => {
  it('is taken up to ten seconds later, and not after', () => {
    const { clock, question, nonce, sync } = ask()
    const answer = signedDown(mtypes.sync, sync())
    clock.ms += 10_000
    expect(question.read(answer)).toEqual({ ok: true, value: { echo: nonce, nowS: 1_700_000_000, ms: 5, boot: 7 } })
    clock.ms += 1
    expect(codeOf(question.read(answer))).toBe('time/late-answer')
  })

  it.each([
    ['with the nonce of another request', {}, new Uint8Array(8), 'time/wrong-echo'],
    ['of a gateway that is not pinned', { by: testKey('stranger') }, undefined, 'sign1/wrong-kid'],
    [
      'of nobody in particular who is not pinned',
      { by: testKey('stranger'), nameless: true },
      undefined,
      'sign1/bad-signature',
    ],
    ['to another device', { to: testKey('neighbour') }, undefined, 'sign1/bad-signature'],
    ['of another network', { net: 2 }, undefined, 'sign1/bad-signature'],
  ])('%s is not taken', (_name, how, echo, code) => {
    const { question, sync } = ask()
    expect(codeOf(question.read(signedDown(mtypes.sync, sync(echo), how)))).toBe(code)
  })

  it('of another type, or of no shape, is not taken; one that names no signer is', () => {
    const { question, sync } = ask()
    expect(codeOf(question.read(signedDown(mtypes.receipt, sync())))).toBe('sign1/bad-signature')
    expect(codeOf(question.read(signedDown(mtypes.sync, Uint8Array.of(0x80))))).toBe('wire/malformed')
    expect(codeOf(question.read(Uint8Array.of(1)))).toBe('wire/malformed')
    expect(question.read(signedDown(mtypes.sync, sync(), { nameless: true })).ok).toBe(true)
  })
})

describe('asking over HTTP', () => {
  const serve = async (status: number, body: Uint8Array, headers: Record<string, string> = {}): Promise<string> => {
    const server = createServer((incoming, response) => {
      incoming.resume()
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }
  const codeAt = async (url: string): Promise<string> =>
    codeOf(await askTime(url, identity, pinned, new AbortController().signal))

  it.each([
    ['an error', 404, new Uint8Array(9), {}, 'time/no-answer'],
    ['more than an answer can be', 200, new Uint8Array(513), {}, 'time/no-answer'],
    ['another address', 307, new Uint8Array(0), { location: 'http://127.0.0.1:1/' }, 'time/no-answer'],
    ['noise', 200, Uint8Array.of(1, 2, 3), {}, 'wire/malformed'],
  ])('takes no answer from who gives %s', async (_name, status, body, headers, code) => {
    expect(await codeAt(await serve(status, body, headers))).toBe(code)
  })

  it('says so where nobody listens', async () => expect(await codeAt('http://127.0.0.1:1')).toBe('time/no-answer'))
})
