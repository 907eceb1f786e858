import type { Result, Sha256 } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Registry } from '../registry/index.ts'
import { inService } from '../registry/index.ts'
import type { Release, RunningFirmware } from '../store/index.ts'
import type { Releases } from './releases.ts'

/** Which devices are to run which release: those that are named, or those of a board, of these the first percents. */
export type UpdateWish = {
  readonly firmware: number
  readonly board?: string | undefined
  readonly kids?: readonly string[] | undefined
  readonly percent: number
  readonly expiresS: number
}

export type ChooseDeps = {
  readonly registry: Registry
  readonly releases: Releases
  readonly sha256: Sha256
  runs(kid: string): RunningFirmware | null
}

export type Choice = { readonly kid: string; readonly release: Release }

const releaseFor = ({ firmware, board }: UpdateWish, own: string | null, { releases }: ChooseDeps): Result<Release> => {
  const wanted = board ?? own
  const found = releases.of(firmware).filter((one) => wanted === null || one.board === wanted)
  const [release] = found
  if (release === undefined)
    return fail('release/unknown', `firmware ${firmware}${wanted === null ? '' : ` for ${wanted}`}`)
  return found.length > 1 ? fail('release/ambiguous', found.map((one) => one.board).join(', ')) : ok(release)
}

const choiceOf = (kid: string, wish: UpdateWish, deps: ChooseDeps): Result<Choice> => {
  const device = inService(deps.registry, kid)
  if (!device.ok) return device
  const runs = deps.runs(kid)
  const release = releaseFor(wish, runs?.board ?? null, deps)
  if (!release.ok) return release
  const { board, firmware } = release.value
  if (runs !== null && runs.board !== null && runs.board !== board)
    return fail('update/other-board', `${kid} is ${runs.board}`)
  if (runs !== null && runs.firmware >= firmware) return fail('update/not-newer', `${kid} runs ${runs.firmware}`)
  if (runs?.updates === false) return fail('update/not-possible', kid)
  return ok({ kid, release: release.value })
}

/** Devices in an order that is another for every firmware, and the same each time: more percents are the same ones and more. */
const drawn = (kids: readonly string[], firmware: number, sha256: Sha256): string[] =>
  kids
    .map((kid) => ({ kid, rank: Buffer.from(sha256(Buffer.from(`${firmware} ${kid}`))).toString('hex') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ kid }) => kid)

/**
 * Named devices: all of them, or the first fault. A board: those in service that say that they are one, run something
 * older and take updates. Errors: those of `inService`, release/unknown, release/ambiguous, update/other-board, update/not-newer,
 * update/not-possible.
 */
export const chooseDevices = (wish: UpdateWish, deps: ChooseDeps): Result<readonly Choice[]> => {
  const { kids, board, percent, firmware } = wish
  const choices: Choice[] = []
  if (kids !== undefined) {
    for (const kid of kids) {
      const choice = choiceOf(kid, wish, deps)
      if (!choice.ok) return choice
      choices.push(choice.value)
    }
    return ok(choices)
  }
  const release = releaseFor(wish, null, deps)
  if (!release.ok) return release
  const isOne = (runs: RunningFirmware | null): boolean => runs !== null && runs.board === board && runs.updates
  const ofBoard = deps.registry
    .all()
    .map(({ kid }) => kid)
    .filter((kid) => inService(deps.registry, kid).ok && isOne(deps.runs(kid)))
  const first = drawn(ofBoard, firmware, deps.sha256).slice(0, Math.ceil((ofBoard.length * percent) / 100))
  return ok(
    first.filter((kid) => (deps.runs(kid)?.firmware ?? -1) < firmware).map((kid) => ({ kid, release: release.value })),
  )
}
