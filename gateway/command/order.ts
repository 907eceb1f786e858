import { z } from 'zod'
import type { CborValue, Result } from '../../device-sdk/protocol/index.ts'
import { encodeTrust, fail, fromHex, ok, ops, readTrust } from '../../device-sdk/protocol/index.ts'

/** What is asked of a device, with its arguments as they travel. */
export type Order = { readonly op: number; readonly args: readonly CborValue[] }

const intervalSMax = 86_400

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in lower-case hex`)
    .transform((text) => fromHex(text) ?? new Uint8Array(0))

const trust = z.strictObject({
  net: z.int().min(0),
  chainId: z.int().min(0),
  gateways: z.array(z.strictObject({ key: hex(33), urls: z.array(z.string()), tlsSpki: hex(32).optional() })),
  entropyTip: hex(32).nullable(),
})
const none = z.tuple([]).default([])

/** The body of a command: `op` as numbered on the wire, `args` as a list. Op 1 takes one object, shaped like trust.json. */
const order = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal(ops.ping), args: none }),
  z.strictObject({ op: z.literal(ops.trust), args: z.tuple([trust]) }),
  z.strictObject({ op: z.literal(ops.interval), args: z.tuple([z.int().min(1).max(intervalSMax)]) }),
  z.strictObject({ op: z.literal(ops.restart), args: none }),
  z.strictObject({ op: z.literal(ops.identify), args: none }),
])

export const readOrder = (body: unknown): Result<Order> => {
  const parsed = order.safeParse(body)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    return fail('api/bad-request', faults.join('; '))
  }
  if (parsed.data.op !== ops.trust) return ok(parsed.data)
  const { gateways, ...rest } = parsed.data.args[0]
  const args = encodeTrust({
    ...rest,
    gateways: gateways.map(({ key, urls, tlsSpki }) => ({ key, urls, ...(tlsSpki === undefined ? {} : { tlsSpki }) })),
  })
  // What the device would refuse is not sent.
  const read = readTrust(args)
  return read.ok ? ok({ op: ops.trust, args }) : fail('api/bad-request', read.error.detail)
}
