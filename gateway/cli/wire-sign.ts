import { createInterface } from 'node:readline'
import type { Console } from '../../bin/console/index.ts'
import {
  encodeConnect,
  fail,
  fromHex,
  isKid,
  kidOf,
  mtypes,
  ok,
  signPayload,
  toBase64Url,
  toHex,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../../device-sdk/signer/index.ts'

export type SignOptions = {
  readonly key: string
  readonly net: number
  readonly mtype: number
  readonly to?: string
  readonly compact?: boolean
}

/** One line out for each line in, or one document of all. The payload is signed as it stands: this is a tool for whoever tests a gateway. */
export const wireSign = async (options: SignOptions, console: Console): Promise<void> => {
  const stop = (failure: ReturnType<typeof fail>): void => console.finish(failure, () => [])
  const signer = openKeyFile(options.key)
  if (!signer.ok) return stop(signer)
  const { net, mtype, to } = options
  if (to !== undefined && !isKid(to)) return stop(fail('wire/bad-file', `--to ${to} is not 16 lower-case hex digits`))
  const kid = kidOf(signer.value.publicKey, sha256)
  const addressee = to === undefined ? null : fromHex(to)
  const binding = addressee === null ? { mtype, net, kid } : { mtype, net, kid, to: addressee }
  const messages: string[] = []
  let number = 0
  for await (const line of createInterface({ input: process.stdin })) {
    number++
    const payload = fromHex(line.trim())
    if (payload === null || payload.length === 0)
      return stop(fail('wire/bad-file', `stdin line ${number} is no hex payload`))
    const message = signPayload(payload, binding, sha256, signer.value.sign)
    const hex = toHex(options.compact === true ? writeCompact(message) : writeTagged(message))
    if (console.json) messages.push(hex)
    else console.say(hex)
  }
  console.finish(ok({ messages }), () => [])
}

export type ConnectOptions = {
  readonly key: string
  readonly net: number
  readonly gateway: string
  readonly boot: number
  readonly n: number
}

/** The password for one CONNECT; client id and user name are the kid, shown on stderr. */
export const wireConnect = async (options: ConnectOptions, console: Console): Promise<void> => {
  const { key, net, gateway, boot, n } = options
  const stop = (failure: ReturnType<typeof fail>): void => console.finish(failure, () => [])
  const signer = openKeyFile(key)
  if (!signer.ok) return stop(signer)
  const addressee = isKid(gateway) ? fromHex(gateway) : null
  if (addressee === null) return stop(fail('wire/bad-file', `--gateway ${gateway} is not 16 lower-case hex digits`))
  const kid = kidOf(signer.value.publicKey, sha256)
  const payload = encodeConnect({ gateway: addressee, boot, n })
  const message = signPayload(payload, { mtype: mtypes.connect, net, kid }, sha256, signer.value.sign)
  const password = toBase64Url(writeTagged(message))
  process.stderr.write(`client id and user name: ${toHex(kid)}\n`)
  console.finish(ok({ kid: toHex(kid), password }), () => [password])
}
