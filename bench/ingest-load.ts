/** The load of bench/ingest.ts, a process of its own: signs everything first, then keeps reports in flight on raw sockets. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { generate } from 'mqtt-packet'
import bindings from 'secp256k1/bindings.js'
import {
  encodeConnect,
  encodeEnrol,
  encodeReport,
  fromHex,
  kidOf,
  mtypes,
  signPayload,
  toBase64Url,
  toHex,
  topicOf,
  ueidOf,
  writeCompact,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import { publicKeyOf, sha256 } from '../device-sdk/signer/index.ts'

const [data = '', devicesText = '', reportsText = '', inFlightText = '', wanted = 'none'] = process.argv.slice(2)
const [devices, reports, inFlight] = [Number(devicesText), Number(reportsText), Number(inFlightText)]
const facts = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
  net: number
  kid: string
  mqtt: string
  http: string
}
const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
const { net } = facts

type Native = { ecdsaSign(digest: Uint8Array, secret: Uint8Array): { signature: Uint8Array } }
const native = bindings as unknown as Native

const post = async (path: string, body?: Uint8Array): Promise<Record<string, string>> => {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${facts.http}${path}`, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return (await answer.json()) as Record<string, string>
}

/** A registered device with its CONNECT and its PUBLISH packets, signed and framed before the clock starts. */
const prepare = async (index: number): Promise<{ hello: Buffer; packets: Buffer[] }> => {
  const secret = randomBytes(32)
  const publicKey = publicKeyOf(secret)
  const kid = kidOf(publicKey, sha256)
  const name = toHex(kid)
  const sign = (digest: Uint8Array): Uint8Array => native.ecdsaSign(digest, secret).signature
  const nonce = fromHex((await post('/v1/enrol/nonce')).nonce ?? '') ?? new Uint8Array(0)
  const claims = encodeEnrol({ nonce, publicKey, ueid: ueidOf(publicKey, sha256) })
  await post('/v1/enrol', writeTagged(signPayload(claims, { mtype: mtypes.enrol, net, kid }, sha256, sign)))
  const body = encodeConnect({ gateway: fromHex(facts.kid) ?? kid, boot: 1, n: 0 })
  const password = toBase64Url(writeTagged(signPayload(body, { mtype: mtypes.connect, net, kid }, sha256, sign)))
  const hello = generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: name,
    username: name,
    password: Buffer.from(password),
    keepalive: 0,
  })
  const topic = topicOf(net, name, 'report')
  const time = Math.floor(Date.now() / 1000)
  const packets = Array.from({ length: reports }, (_, seq) => {
    const block = {
      type: 'sensor',
      schema: 1,
      stepsS: [],
      columns: [[(seq * 7 + index) % 4000], [551], [1325]],
    } as const
    const payload = encodeReport({ boot: 1, seq, time, blocks: [block] })
    const message = writeCompact(signPayload(payload, { mtype: mtypes.report, net, kid }, sha256, sign))
    return generate({
      cmd: 'publish',
      topic,
      payload: Buffer.from(message),
      qos: 1,
      messageId: (seq % 65_535) + 1,
      dup: false,
      retain: false,
    })
  })
  return { hello: withReceipts ? Buffer.concat([hello, subscribe(name)]) : hello, packets }
}

const pubackBytes = 4
const connackBytes = 4
const subackBytes = 5
const withReceipts = wanted === 'receipts'

const subscribe = (name: string): Buffer =>
  generate({
    cmd: 'subscribe',
    messageId: 65_535,
    subscriptions: [{ topic: topicOf(net, name, 'receipt'), qos: 0 }],
  })

/** How many PUBACKs stand whole in `bytes`, and where the rest begins; receipts among them are read over. */
const countPubacks = (bytes: Buffer): { readonly count: number; readonly end: number } => {
  let count = 0
  let at = 0
  while (at + 2 <= bytes.length) {
    const low = bytes[at + 1] as number
    const twoBytes = low >= 0x80
    if (twoBytes && at + 3 > bytes.length) break
    const end = at + (twoBytes ? 3 + (low & 0x7f) + 128 * (bytes[at + 2] as number) : 2 + low)
    if (end > bytes.length) break
    if (bytes[at] === 0x40) count++
    at = end
  }
  return { count, end: at }
}

/** Sends, and sends on at each PUBACK, all that a read acknowledged in one write. */
const deliver = (
  hello: Buffer,
  packets: readonly Buffer[],
  go: Promise<void>,
  ready: (socket: Socket) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(facts.mqtt)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let [sent, acknowledged, held] = [0, 0, 0]
    let rest: Buffer = Buffer.alloc(0)
    const helloBytes = connackBytes + (withReceipts ? subackBytes : 0)
    let isUp = false
    const send = (count: number): void => {
      const next = packets.slice(sent, sent + count)
      sent += next.length
      if (next.length > 0) socket.write(Buffer.concat(next))
    }
    socket.once('error', reject)
    socket.once('close', () =>
      acknowledged < packets.length ? reject(new Error(`closed after ${acknowledged} PUBACKs`)) : undefined,
    )
    socket.on('data', (bytes) => {
      if (!isUp) {
        held += bytes.length
        if (held < helloBytes) return
        isUp = true
        held = 0
        ready(socket)
        void go.then(() => send(inFlight))
        return
      }
      let count = 0
      if (withReceipts) {
        const whole = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
        const counted = countPubacks(whole)
        count = counted.count
        rest = whole.subarray(counted.end)
      } else {
        held += bytes.length
        count = Math.floor(held / pubackBytes)
        held -= count * pubackBytes
      }
      acknowledged += count
      if (acknowledged >= packets.length) {
        resolve()
        socket.destroy()
      } else send(count)
    })
    socket.write(hello)
  })

const fleet = []
for (let i = 0; i < devices; i++) fleet.push(await prepare(i))
let start = (): void => {}
const go = new Promise<void>((resolve) => {
  start = resolve
})
let waiting = devices
let fromMs = 0
let fromCpu = process.cpuUsage()
const work = fleet.map(({ hello, packets }) =>
  deliver(hello, packets, go, () => {
    waiting--
    if (waiting > 0) return
    process.stdout.write('ready\n')
    fromMs = performance.now()
    fromCpu = process.cpuUsage()
    start()
  }),
)
await Promise.all(work)
const perS = (1000 * devices * reports) / (performance.now() - fromMs)
const { user, system } = process.cpuUsage(fromCpu)
const cpuUs = Math.round((10 * (user + system)) / (devices * reports)) / 10
process.stdout.write(`${JSON.stringify({ reports: devices * reports, perS: Math.round(perS), cpuUs })}\n`)
