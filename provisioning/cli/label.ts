import { writeFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, fromHex, ok, qrText } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { readJournal } from '../batch/journal.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { deviceOf, readFacts } from '../gateway-facts.ts'
import type { Label } from '../labels/draw.ts'
import { drawLabels } from '../labels/draw.ts'
import { layouts, perPage } from '../labels/layout.ts'
import { loadLibraries } from '../labels/libraries.ts'
import { wordsOfKey } from '../proof.ts'

type Options = GatewayOptions & {
  readonly all?: true
  readonly batch?: string
  readonly sheet: keyof typeof layouts
  readonly out: string
}

const labelOf = (net: number, kid: string, publicKey: Uint8Array, name: unknown): Label => ({
  words: wordsOfKey(publicKey),
  kid,
  qr: qrText(net, publicKey, sha256),
  name: typeof name === 'string' ? name : null,
})

const fromBatch = (dir: string): Result<Label[]> => {
  const entries = readJournal(dir)
  if (!entries.ok) return entries
  return ok(
    entries.value.map(({ net, kid, publicKey, name }) =>
      labelOf(net, kid, fromHex(publicKey) ?? new Uint8Array(33), name),
    ),
  )
}

const fromGateway = async (kids: readonly string[], options: Options): Promise<Result<Label[]>> => {
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const facts = await readFacts(client.value)
  if (!facts.ok) return facts
  const labels: Label[] = []
  const add = (document: Document, kid: string): Result<null> => {
    const device = deviceOf(document, kid)
    if (!device.ok) return device
    labels.push(labelOf(facts.value.net, kid, device.value.publicKey, document.name))
    return ok(null)
  }
  const list = options.all === true ? await client.value.get('/v1/devices') : ok({ devices: [] })
  if (!list.ok) return list
  for (const one of Array.isArray(list.value.devices) ? (list.value.devices as Document[]) : []) {
    const added = add(one, String(one.kid))
    if (!added.ok) return added
  }
  for (const kid of kids) {
    const answer = await client.value.get(`/v1/devices/${kid}`)
    const added = answer.ok ? add(answer.value, kid) : answer
    if (!added.ok) return added
  }
  return ok(labels)
}

const draw = async (
  kids: readonly string[],
  options: Options,
): Promise<Result<{ labels: number; pages: number; out: string }>> => {
  const labels = options.batch === undefined ? await fromGateway(kids, options) : fromBatch(options.batch)
  if (!labels.ok) return labels
  if (labels.value.length === 0) return fail('label/nothing')
  const libraries = await loadLibraries()
  if (!libraries.ok) return libraries
  const layout = layouts[options.sheet]
  try {
    writeFileSync(options.out, await drawLabels(labels.value, layout, libraries.value))
  } catch (error) {
    return fail('label/unwritable', error instanceof Error ? error.message : options.out)
  }
  return ok({ labels: labels.value.length, pages: Math.ceil(labels.value.length / perPage(layout)), out: options.out })
}

export const labelDevices = async (kids: readonly string[], options: Options, console: Console): Promise<void> => {
  console.finish(await draw(kids, options), ({ labels, pages, out }) => [
    `${labels} label${labels === 1 ? '' : 's'} on ${pages} page${pages === 1 ? '' : 's'} in ${out}; print at 100 %, not fitted to the page`,
  ])
}
