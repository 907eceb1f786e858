/** A thread that hashes and verifies batches of reports. An entry of its own: `pool.ts` starts it, and nobody imports it. */
import { hash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { mtypes, verifySign1 } from '../../device-sdk/protocol/index.ts'
import { chooseVerifier, type VerifierName } from './choose.ts'
import { type Answer, packAnswers, unpackBatch } from './packing.ts'

const { net, name } = workerData as { readonly net: number; readonly name: VerifierName }
// Its self-test runs here too: another thread has another context of the library.
const { verifier } = await chooseVerifier([name])
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')

const answer = (packed: Uint8Array): Uint8Array<ArrayBuffer> => {
  const answers: Answer[] = []
  for (const { kid, publicKey, payload, signature } of unpackBatch(packed)) {
    const binding = { mtype: mtypes.report, net, kid }
    const { ok } = verifySign1({ kid: null, payload, signature }, binding, publicKey, sha256, verifier.verify)
    answers.push({ holds: ok, digest: sha256(payload) })
  }
  return packAnswers(answers)
}

parentPort?.on('message', (packed: Uint8Array) => {
  const answers = answer(packed)
  parentPort?.postMessage(answers, [answers.buffer])
})
parentPort?.postMessage(null)
