import { readFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { checksumAddress, fail, fromHex, ok, toHex } from '../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../device-sdk/signer/index.ts'
import type { PayoutRow } from '../rewards/index.ts'
import { cumulate, merkleTree, verifyProof } from '../rewards/index.ts'
import type { EpochRow, ShareRow, Store } from '../store/index.ts'
import { readStore } from '../store/index.ts'

type Chosen = { readonly data: string; readonly epoch?: number; readonly cumulative?: boolean }
type Shares = { readonly epoch: EpochRow; readonly shares: readonly ShareRow[] }

/** Of one epoch; or, cumulated, what each address was owed until then, with one row for each address in the place of a device. */
const readShares = ({ data, epoch, cumulative }: Chosen): Result<Shares> => {
  const store = readStore(data)
  if (!store.ok) return store
  const { epochs } = store.value
  const row = epoch === undefined ? (epochs.newest(1)[0] ?? null) : epochs.at(epoch)
  const shares = row === null ? [] : cumulative === true ? owedUntil(epochs, row.epoch) : epochs.shares(row.epoch)
  store.value.close()
  if (row === null) return fail('epoch/unknown', epoch === undefined ? 'none is closed' : `epoch ${epoch}`)
  return ok({ epoch: cumulative === true ? cumulated(row, shares) : row, shares })
}

const leafOf = ({ epoch, index, address, amount }: ShareRow): PayoutRow => ({
  epoch,
  index,
  address: fromHex(address) ?? new Uint8Array(20),
  amount: BigInt(amount),
})

/** Kid: of the device that was paid to the address last. */
const owedUntil = (epochs: Store['epochs'], until: number): ShareRow[] => {
  const shares = epochs.until(until).flatMap(epochs.shares)
  const last = new Map<string, { kid: string; points: bigint }>()
  for (const { kid, address, points } of shares) {
    last.set(address, { kid, points: (last.get(address)?.points ?? 0n) + BigInt(points) })
  }
  const added = shares.map(({ address, amount }) => ({ address, amount: BigInt(amount) }))
  return cumulate([], added).map(({ address, amount }, index) => {
    const { kid, points } = last.get(address) ?? { kid: '', points: 0n }
    return { epoch: until, index, kid, address, points: points.toString(), amount: amount.toString() }
  })
}

const cumulated = (row: EpochRow, shares: readonly ShareRow[]): EpochRow => {
  const paid = shares.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString()
  return { ...row, paid, root: toHex(merkleTree(shares.map(leafOf), keccak256).root) }
}

const addressOf = (hex: string): string => checksumAddress(fromHex(hex) ?? new Uint8Array(20), keccak256)

export const rewardsShow = (options: Chosen, console: Console): void => {
  const read = readShares(options)
  const view = read.ok
    ? ok({
        ...read.value.epoch,
        shares: read.value.shares.map((share) => ({ ...share, address: addressOf(share.address) })),
      })
    : read
  console.finish(view, ({ epoch, paid, carried, unissued, root, shares }) => [
    options.cumulative === true
      ? `until epoch ${epoch}: ${paid} owed to ${shares.length} addresses; root ${root}`
      : `epoch ${epoch}: ${paid} paid to ${shares.length} devices, ${carried} carried over${unissued === '0' ? '' : `, ${unissued} not issued`}; root ${root}`,
    ...shares.map(({ kid, address, points, amount }) => `  ${kid}  ${address}  ${points} points  ${amount}`),
  ])
}

/** Prints one JSON document with or without --json: it is for `rewards verify`, or for a contract. */
export const rewardsProve = (kid: string, options: Chosen, console: Console): void => {
  const read = readShares(options)
  const prove = ({ epoch, shares }: Shares): Result<Record<string, unknown>> => {
    const wanted = kid.toLowerCase().replace(/^0x/, '')
    const at = shares.findIndex((share) => share.kid === wanted || share.address === wanted)
    const share = shares[at]
    if (share === undefined) return fail('rewards/no-share', `${kid} in epoch ${epoch.epoch}`)
    const proof = merkleTree(shares.map(leafOf), keccak256).proof(at).map(toHex)
    const { index, amount } = share
    return ok({ epoch: epoch.epoch, index, kid, address: addressOf(share.address), amount, root: epoch.root, proof })
  }
  console.finish(read.ok ? prove(read.value) : read, (proof) => [JSON.stringify(proof)])
}

type ProofFile = { readonly row: PayoutRow; readonly root: Uint8Array; readonly proof: readonly Uint8Array[] }

const hex = (value: unknown, bytes: number): Uint8Array | null => {
  const read = typeof value === 'string' ? fromHex(value.toLowerCase().replace(/^0x/, '')) : null
  return read?.length === bytes ? read : null
}

const amountMax = 2n ** 256n - 1n
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const readProof = (path: string): Result<ProofFile> => {
  try {
    const { epoch, index, address, amount, root, proof } = JSON.parse(readFileSync(path, 'utf8')) as Record<
      string,
      unknown
    >
    const [to, top] = [hex(address, 20), hex(root, 32)]
    const siblings = Array.isArray(proof) ? proof.map((one) => hex(one, 32)) : [null]
    const isAmount = typeof amount === 'string' && /^[0-9]{1,78}$/.test(amount) && BigInt(amount) <= amountMax
    if (!isIndex(epoch) || !isIndex(index) || to === null || top === null || !isAmount || siblings.includes(null)) {
      return fail('rewards/bad-proof', 'the file is no proof')
    }
    const row = { epoch, index, address: to, amount: BigInt(amount) }
    return ok({ row, root: top, proof: siblings.filter((one) => one !== null) })
  } catch (error) {
    return fail('rewards/bad-proof', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export const rewardsVerify = (path: string, options: { readonly root?: string }, console: Console): void => {
  const read = readProof(path)
  const verify = ({ row, root, proof }: ProofFile): Result<Record<string, unknown>> => {
    const published = options.root === undefined ? root : hex(options.root, 32)
    if (published === null) return fail('rewards/bad-proof', '--root is not 64 hex digits')
    if (!verifyProof(published, row, proof, keccak256)) return fail('rewards/bad-proof', `root ${toHex(published)}`)
    const { epoch, index, amount } = row
    return ok({
      epoch,
      index,
      address: addressOf(toHex(row.address)),
      amount: amount.toString(),
      root: toHex(published),
    })
  }
  console.finish(read.ok ? verify(read.value) : read, ({ epoch, address, amount, root }) => [
    `holds: ${amount} to ${address} in epoch ${epoch}, root ${root}`,
    ...(options.root === undefined
      ? ['  the root is that of the file: compare it with the one that was published']
      : []),
  ])
}
