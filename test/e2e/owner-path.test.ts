import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addr, recoverAddressTyped } from 'micro-eth-signer'
import { expect, it } from 'vitest'
import type { TypedName } from '../../device-sdk/protocol/index.ts'
import { typedFields } from '../../device-sdk/protocol/index.ts'
import type { Ended } from './harness.ts'
import { getJson, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

type Signature = { readonly by: string; readonly address: string; readonly signature: string }
type Row = {
  readonly event: string
  readonly actor: string
  readonly detail: {
    readonly type: TypedName
    readonly chainId: number
    readonly message: Record<string, string | number>
  }
  readonly signatures?: readonly Signature[]
}

/** Recovers a signer from a row of the history by a library that knows nothing of ours. */
const signerOf = ({ detail }: Row, { signature }: Signature): string => {
  const fields = typedFields[detail.type].split(',').map((field) => {
    const [type = '', name = ''] = field.split(' ')
    return { type, name }
  })
  const value = ({ type, name }: { type: string; name: string }): unknown => {
    const said = detail.message[name] ?? ''
    if (name === 'cell') return BigInt(`0x${said}`)
    if (type.startsWith('bytes')) return Buffer.from(String(said).slice(2), 'hex')
    return type === 'address' ? addr.addChecksum(String(said)) : BigInt(said)
  }
  const typed = {
    types: { [detail.type]: fields },
    primaryType: detail.type,
    domain: { name: 'hexfix', version: '1', chainId: BigInt(detail.chainId) },
    message: Object.fromEntries(fields.map((field) => [field.name, value(field)])),
  }
  return recoverAddressTyped(signature as never, typed as never)
}

const setUp = async () => {
  const folder = temporaryFolder()
  const passphrase = join(folder, 'passphrase')
  writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
  const config = join(folder, 'gateway.json')
  writeFileSync(config, JSON.stringify({ rotateWaitS: 1 }))
  const gateway = await startGateway(join(folder, 'gateway'), { args: ['--config', config] })
  const env = { HEXFIX_OWNER_PASSPHRASE_FILE: passphrase }
  const run = (args: readonly string[]): Promise<Ended> => runCli(args, { cwd: folder, env })
  const json = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await run([...args, '--json'])
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    return JSON.parse(stdout)
  }
  return { folder, gateway, run, json, at: ['--data', gateway.data] }
}

it('a person makes a key and a device, gives it away, loses its key, and revokes it: by commands alone, each step signed', async () => {
  const { folder, gateway, run, json, at } = await setUp()
  const alice = (await json(['owner', 'make'])).address as string
  const bob = (await json(['owner', 'make', '--file', 'bob/owner.json'])).address as string
  expect(addr.isValid(alice) && addr.isValid(bob) && alice !== bob).toBe(true)

  const made = await run(['provision', '--local', '--dir', 'porch', '--name', 'porch', ...at])
  expect(made.stdout).toContain(`owner      ${alice}`)
  expect(made.stdout).toMatch(/^pending: becomes active at the first accepted report within 24 h/m)
  const { kid, status } = (await json(['devices', 'list', ...at])).devices[0]
  expect(status).toBe('pending')

  const device = startCli(['device', 'run', '--dir', join(folder, 'porch'), '--every', '1'])
  await device.line(/accepted, receipt #\d+/)
  expect(await json(['devices', 'show', kid, ...at])).toMatchObject({ status: 'active', owner: alice.toLowerCase() })
  await json(['devices', 'locate', kid, '51.5033', '-0.1195', '--gain', '4', '--height', '12', ...at])

  const give = ['devices', 'transfer', kid, '--to', bob, '--typed-data', 'give.json', ...at]
  expect((await run(give)).stdout).toContain(`waiting for the signature of ${bob}`)
  const signed = await run(['owner', 'sign', 'give.json', '--file', 'bob/owner.json'])
  expect(signed.stderr).toContain(`to            ${bob}`)
  expect(await json([...give, '--signature', signed.stdout.trim()])).toMatchObject({ owner: bob.toLowerCase() })

  const asBob = ['--owner-key', 'bob/owner.json', ...at]
  const waits = await json(['devices', 'rotate', kid, '--dir', 'porch-2', ...asBob])
  expect(waits.rotation).toMatchObject({ newKid: expect.stringMatching(/^[0-9a-f]{16}$/) })
  const { newKid } = waits.rotation
  await device.line(/refused|link\/down/)
  await device.end('SIGTERM')
  expect(await json(['devices', 'show', kid, ...at])).toMatchObject({ status: 'rotated', rotatedTo: newKid })

  const heir = startCli(['device', 'run', '--dir', join(folder, 'porch-2'), '--every', '1'])
  await heir.line(/accepted, receipt #\d+/)
  const before = Date.now()
  const down = heir.line(/link\/down|link\/refused/)
  const revoked = await json(['devices', 'revoke', newKid, '--as-owner', '--reason', 'compromised', ...asBob])
  expect(revoked.status).toBe('revoked')
  await down
  expect(Date.now() - before).toBeLessThan(5_000)
  expect(await json(['devices', 'show', newKid, ...at])).toMatchObject({ status: 'revoked', connected: false })
  await heir.end('SIGTERM')

  const rows = await Promise.all(
    [kid, newKid].map((one) => getJson<{ history: Row[] }>(`${gateway.facts.http}/v1/devices/${one}/history`)),
  )
  const proven = rows
    .flatMap(({ history }) => history)
    .flatMap((row) =>
      (row.signatures ?? []).map((one) => [row.event, one.by, signerOf(row, one), one.address] as const),
    )
  for (const [, , recovered, said] of proven) expect(recovered.toLowerCase()).toBe(said)
  const people = proven.map(
    ([event, by, recovered]) =>
      `${event} ${by} ${recovered === alice ? 'alice' : recovered === bob ? 'bob' : 'device'}`,
  )
  expect(people).toEqual([
    'device/claimed device device',
    'device/claimed owner alice',
    'device/placed owner alice',
    'device/transferred from alice',
    'device/transferred to bob',
    'device/rotation-waits owner bob',
    'device/rotation-waits newDevice device',
    'device/revoked owner bob',
  ])
}, 120_000)

it('a revoked device is cut off within a second, as the gateway counts it', async () => {
  const { folder, gateway, json, at } = await setUp()
  await json(['provision', '--local', '--dir', 'porch', '--no-owner', ...at])
  const { kid } = (await json(['devices', 'list', ...at])).devices[0]
  const device = startCli(['device', 'run', '--dir', join(folder, 'porch'), '--every', '1'])
  await device.line(/accepted, receipt #\d+/)
  const down = device.line(/link\/down|link\/refused/).then(() => Date.now())
  await json(['devices', 'revoke', kid, ...at])
  const history = await getJson<{ history: { event: string; atMs: number }[] }>(
    `${gateway.facts.http}/v1/devices/${kid}/history`,
  )
  const atMs = history.history.find(({ event }) => event === 'device/revoked')?.atMs ?? 0
  expect((await down) - atMs).toBeLessThan(1_000)
  await device.end('SIGTERM')
})

it('a wallet elsewhere claims a device in two runs: nothing is registered before it signs, and its time is kept', async () => {
  const { folder, run, json, at } = await setUp()
  const wallet = (await json(['owner', 'make', '--file', 'wallet/owner.json'])).address as string
  const provision = ['provision', '--local', '--dir', 'porch', '--owner', wallet, '--typed-data', 'claim.json', ...at]
  const first = await json(provision)
  expect(first).toMatchObject({ waiting: true, signers: [wallet], typedData: { primaryType: 'DeviceClaim' } })
  expect((await json(['devices', 'list', ...at])).devices).toEqual([])

  const stranger = await run(['owner', 'make', '--file', 'other/owner.json'])
  expect(stranger.status).toBe(0)
  const wrong = await run(['owner', 'sign', 'claim.json', '--file', 'other/owner.json'])
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('it does not name 0x')])
  const bad = await run([...provision, '--signature', `0x${'11'.repeat(65)}`])
  expect([bad.status, bad.stderr]).toEqual([1, expect.stringMatching(/^sign\/bad-signature: /m)])

  const again = await json(provision)
  expect(again.typedData).toEqual(first.typedData)
  const signature = (await run(['owner', 'sign', 'claim.json', '--file', 'wallet/owner.json'])).stdout
  writeFileSync(join(folder, 'signature.txt'), signature)
  const done = await json([...provision, '--signature', 'signature.txt'])
  expect(done).toMatchObject({ waiting: false, kid: first.kid, owner: wallet, status: 'pending', registered: true })

  const late = await run([...provision, '--signature', signature.trim()])
  expect([late.status, (await json(['devices', 'list', ...at])).devices.length]).toEqual([0, 1])
}, 120_000)

it('with the old key a rotation is at once', async () => {
  const { folder, json, at } = await setUp()
  await json(['owner', 'make'])
  const { kid } = await json(['provision', '--local', '--dir', 'one', ...at])
  const rotated = await json(['devices', 'rotate', kid, '--dir', 'two', '--old-dir', 'one', ...at])
  expect(rotated).toMatchObject({ status: 'pending', owner: expect.any(String) })
  expect(await json(['devices', 'show', kid, ...at])).toMatchObject({ status: 'rotated', rotatedTo: rotated.kid })
  const device = startCli(['device', 'run', '--dir', join(folder, 'two'), '--every', '1'])
  await device.line(/accepted, receipt #\d+/)
  await device.end('SIGTERM')
})
