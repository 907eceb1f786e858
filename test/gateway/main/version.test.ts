import { expect, it } from 'vitest'
import { encode, mtypes, readReceipt, topicOf, writeTagged } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { must } from '../harness.ts'
import { net, reportPayload, signReport, testKey } from '../keys.ts'
import { openClient, openDown } from '../mqtt-client.ts'
import { enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

/** Signed as the next version would: all is as in this one but for the first field of what is bound. */
const signAs = (version: string, payload: Uint8Array): Uint8Array => {
  const aad = encode([version, mtypes.report, net, key.kidBytes])
  const digest = sha256(encode(['Signature1', Uint8Array.of(0xa1, 0x01, 0x38, 0x2e), aad, payload]))
  return writeTagged({ kid: key.kidBytes, payload, signature: key.signer.sign(digest) })
}

it('a message of the next version ends on the old root as sign1/bad-signature', async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key)
  const client = await openClient(gateway, key)
  const verdict = async (message: Uint8Array): Promise<number | undefined> => {
    await client.publish(topicOf(net, key.kid, 'report'), message)
    const receipt = await client.next(topicOf(net, key.kid, 'receipt'))
    return must(readReceipt(must(await openDown(gateway, key, mtypes.receipt, receipt))))[0]?.verdict
  }
  expect(signAs('HXF1', reportPayload({ seq: 0 }))).toEqual(signReport(key, { seq: 0 }))
  expect(await verdict(signAs('HXF2', reportPayload({ seq: 0 })))).toBe(5)
  // The pair is still free for this version.
  expect(await verdict(signAs('HXF1', reportPayload({ seq: 0 })))).toBe(0)
})

it('the root of the next version is no topic of this one', async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key)
  const client = await openClient(gateway, key)
  const topic = topicOf(net, key.kid, 'report').replace('hexfix/', 'hexfix2/')
  client.client.publish(topic, Buffer.from(signReport(key, { seq: 0 })), { qos: 1 }, () => {})
  await client.closed
  expect(gateway.look(({ log }) => log.head())).toBe(0)
})
