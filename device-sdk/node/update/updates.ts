import type { Code, Failure, Result, TrustedGateway, Update, UpdateNews } from '../../protocol/index.ts'
import {
  encodeResult,
  fail,
  mtypes,
  ok,
  readUpdate,
  releaseBytesMax,
  resultOfNews,
  signPayload,
  unpackBundle,
  updateStatuses,
  writeCompact,
} from '../../protocol/index.ts'
import { sha256 } from '../../signer/index.ts'
import type { DeviceEvent } from '../events.ts'
import type { Identity } from '../identity.ts'
import type { LastNumber } from '../last-number.ts'
import { openLastNumber } from '../last-number.ts'
import type { Pinned } from '../read-down.ts'
import { readDownBy } from '../read-down.ts'
import { fetchFirmware } from './fetch-firmware.ts'
import type { Firmware } from './firmware.ts'
import { installBundle } from './install.ts'
import type { Slots, UpdateState } from './slots.ts'
import { bundleManifest, readManifest, readUpdateState, slotsIn, writeUpdateState } from './slots.ts'

export type UpdateOptions = {
  /** Holds the n of the last update. */
  readonly path: string
  readonly identity: Identity
  readonly pinned: Pinned
  readonly firmware: Firmware
  /** The most bytes of firmware that it takes. */
  readonly bytesMax?: number
  /** The rest after a try that broke off. */
  readonly restMs?: number
  readonly onEvent: (event: DeviceEvent) => void
}
/** Publishes a signed result; resolves once it is acknowledged, or was not. */
export type Say = (result: Uint8Array) => Promise<boolean>

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const { running, refused, failed, fetched } = updateStatuses
/** Refusals that another time or another try may not meet. */
const passing: readonly Code[] = ['update/busy', 'update/not-fetched', 'update/unwritable', 'update/wrong-hash']

/** Whether this device would take it, before anything is fetched. Errors: see the codes of `update/`. */
const judge = (
  { firmware, board, size }: Update,
  own: Firmware,
  bytesMax: number,
): Result<{ readonly slots: Slots; readonly state: UpdateState }> => {
  if (board !== own.board) return fail('update/other-board', `${board}, and this is ${own.board}`)
  if (firmware <= own.sequence) return fail('update/not-newer', `${firmware}, and ${own.sequence} runs`)
  if (own.bundles === null) return fail('update/not-possible')
  const slots = slotsIn(own.bundles)
  const state = readUpdateState(slots)
  if (!state.ok) return state
  if (state.value.failed.includes(firmware)) return fail('update/failed-before', String(firmware))
  if (size > bytesMax) return fail('update/too-large', `${size} bytes, at most ${bytesMax}`)
  if (state.value.stage !== 'settled') return fail('update/busy', `${state.value.firmware} is ${state.value.stage}`)
  return ok({ slots, state: state.value })
}

const filesOf = (bytes: Uint8Array, { board, firmware }: Update) => {
  const files = unpackBundle(bytes)
  if (!files.ok) return files
  const manifest = files.value.find(({ path }) => path === bundleManifest)
  const says = manifest === undefined ? null : readManifest(Buffer.from(manifest.bytes).toString('utf8'))
  const isRight = says?.board === board && says.firmware === firmware
  return isRight ? files : fail('update/bad-bundle', `its ${bundleManifest} names another board or firmware`)
}

/**
 * Takes what a pinned gateway signed for this device, each n once: the n is durable before anything is done. A bundle is
 * installed beside the one that runs, and the launcher goes on from there.
 */
export const openUpdates = (options: UpdateOptions) => {
  const { identity, firmware: own, bytesMax = releaseBytesMax, onEvent } = options
  const opened = openLastNumber(options.path, 'update/unreadable')
  const ended = new AbortController()
  let say: Say = async () => false
  let busy = false

  const tell = (news: UpdateNews): Promise<boolean> => {
    const { net, kid, signer } = identity
    const payload = encodeResult(resultOfNews(news))
    return say(writeCompact(signPayload(payload, { mtype: mtypes.result, net, kid }, sha256, signer.sign)))
  }
  const slots = own.bundles === null ? null : slotsIn(own.bundles)

  /** What the gateway is still to be told of the last update: until it acknowledged that. */
  const tellOld = async (): Promise<void> => {
    const state = slots === null ? null : readUpdateState(slots)
    if (slots === null || !state?.ok || state.value.news === null) return
    const { news } = state.value
    if (!(await tell(news))) return
    const now = readUpdateState(slots)
    try {
      if (now.ok && now.value.news?.n === news.n) writeUpdateState(slots, { ...now.value, news: null })
    } catch {
      // It is told again at the next connection.
    }
  }

  const refuse = (update: Update, { code, detail = '' }: Failure): void => {
    const { n, firmware } = update
    onEvent({ event: 'update/refused', code, detail })
    void tell({ n, status: passing.includes(code) ? failed : refused, firmware, code })
  }

  const install = async (update: Update, by: TrustedGateway): Promise<Result<null>> => {
    const able = judge(update, own, bytesMax)
    if (!able.ok) return able
    const { n, firmware } = update
    const bytes = await fetchFirmware(update, by, ended.signal, options.restMs)
    const files = bytes.ok ? filesOf(bytes.value, update) : bytes
    if (!files.ok) return files
    if (ended.signal.aborted) return fail('update/not-fetched', 'the device is being stopped')
    try {
      installBundle(able.value.slots, files.value, able.value.state, { n, firmware })
    } catch (error) {
      return fail('update/unwritable', messageOf(error))
    }
    onEvent({ event: 'update/installed', firmware })
    await tell({ n, status: fetched, firmware, code: '' })
    own.restart()
    return ok(null)
  }

  const begin = async (update: Update, by: TrustedGateway): Promise<void> => {
    if (busy) return refuse(update, { code: 'update/busy' })
    busy = true
    const done = await install(update, by)
    // What is installed waits for the restart, and nothing else may come between.
    if (done.ok) return
    busy = false
    refuse(update, done.error)
  }

  const taken = (message: Uint8Array, { last, take }: LastNumber): Result<{ update: Update; by: TrustedGateway }> => {
    const down = readDownBy(message, mtypes.update, identity, options.pinned)
    const update = down.ok ? readUpdate(down.value.payload) : down
    if (!down.ok) return down
    if (!update.ok) return update
    const { n } = update.value
    if (n <= last()) return fail('update/stale', `${n} after ${last()}`)
    try {
      take(n)
    } catch (error) {
      return fail('device/unwritable', messageOf(error))
    }
    return ok({ update: update.value, by: down.value.by })
  }

  if (!opened.ok) return opened
  return ok({
    take: (message: Uint8Array): void => {
      const update = taken(message, opened.value)
      if (update.ok) void begin(update.value.update, update.value.by)
      else onEvent({ event: 'update/refused', code: update.error.code, detail: update.error.detail ?? '' })
    },
    /** From now on results go out by `publish`. */
    up: (publish: Say): void => {
      say = publish
      void tellOld()
    },
    down: (): void => {
      say = async () => false
    },
    /** The bundle on trial has proved itself. Throws where the disk does; then it is still on trial. */
    confirm: (): void => {
      const state = slots === null ? null : readUpdateState(slots)
      if (slots === null || !state?.ok || state.value.stage !== 'trying') return
      const { n, firmware } = state.value
      const news = { n, status: running, firmware, code: '' }
      writeUpdateState(slots, { ...state.value, stage: 'settled', boots: 0, news })
      onEvent({ event: 'update/confirmed', firmware })
      void tellOld()
    },
    isOnTrial: (): boolean => {
      const state = slots === null ? null : readUpdateState(slots)
      return state?.ok === true && state.value.stage === 'trying'
    },
    close: (): void => ended.abort(),
  })
}

export type Updates = Extract<ReturnType<typeof openUpdates>, { ok: true }>['value']
