import type { Trust } from '../link/index.ts'
import {
  checkOwnKey,
  commitDelayOf,
  deviceFiles,
  diskOf,
  lockFolder,
  readTrustFile,
  writeTrustFile,
} from '../link/index.ts'
import type { Block, Pair, Result } from '../protocol/index.ts'
import { kidOf, ok, toHex } from '../protocol/index.ts'
import type { Signer } from '../signer/index.ts'
import { openDeviceKey, sha256 } from '../signer/index.ts'
import { openBootCounter } from './boot-counter.ts'
import { openCarrier } from './carrier.ts'
import type { Actions } from './commands.ts'
import { openCommands } from './commands.ts'
import { followEntropy } from './entropy.ts'
import type { DeviceEvent } from './events.ts'
import { signReport } from './identity.ts'
import type { Link } from './mqtt-link.ts'
import { openLink } from './mqtt-link.ts'
import { openOutbox } from './outbox.ts'
import { openPulse } from './pulse.ts'
import type { Firmware } from './update/firmware.ts'
import { openTrial } from './update/trial.ts'
import { openUpdates } from './update/updates.ts'

export type ReporterOptions = {
  /** The device's folder: key, trust, boot counter, last command, outbox. Made by `hexfix provision`. */
  readonly dir: string
  readonly journal?: string
  readonly outboxBytesMax?: number
  /** How long reports may wait to be synchronised to the disk together; by default 5 ms, 500 ms on an SD card or eMMC. */
  readonly commitDelayMs?: number
  /** From a connection that ended, or an attempt that failed, to the next attempt; a second by default. */
  readonly reconnectMs?: number
  readonly onEvent?: (event: DeviceEvent) => void
  /** What runs, so that it is said and can be updated. */
  readonly firmware?: Firmware
  /** Boards to carry for: their serial ports, or `ble:NAME`. */
  readonly boards?: readonly string[]
  /** Follow what the gateway publishes for beacons. */
  readonly wantsEntropy?: boolean
}

/** A pair that is taken for a report of its own, which must follow. */
type Reserved = Pair & { submit(timeS: number, blocks: readonly Block[]): number }

/** Signs blocks into reports and delivers them. The one place where a device's key meets what it built. */
export type Reporter = {
  readonly kid: string
  /**
   * The report is told as signed, and may be sent, once it is durable; a heartbeat goes with it when one is due.
   * @param timeS - Unix seconds of the first row. @returns the report's seq.
   */
  submit(timeS: number, blocks: readonly Block[]): number
  /** Reports that it lives, where a heartbeat is due: for a device that has nothing else to say. */
  live(): void
  /** Takes the next pair before the report is there, for what must be derived from it. */
  reserve(): Reserved
  /** The live value of the gateway's entropy chain; null where there is none. */
  entropy(): Uint8Array | null
  dropped(): number
  /** Reports without a receipt, durable or not yet. */
  waiting(): number
  close(): Promise<void>
}

const outboxBytesDefault = 16 * 1024 * 1024

type Able = Omit<Actions, 'trust'>

/** @param actions - what the device can be asked to do besides what every device can. */
export const openReporter = async (options: ReporterOptions, actions: Able = {}): Promise<Result<Reporter>> => {
  const { dir } = options
  const trust = readTrustFile(dir)
  if (!trust.ok) return trust
  const signer = openDeviceKey(deviceFiles(dir).key)
  if (!signer.ok) return signer
  const own = checkOwnKey(dir, trust.value, toHex(kidOf(signer.value.publicKey, sha256)))
  if (!own.ok) return own
  const lock = await lockFolder(dir)
  if (!lock.ok) return lock
  const opened = openLocked(options, actions, trust.value, signer.value, lock.value)
  if (!opened.ok) lock.value()
  return opened
}

const openLocked = (
  options: ReporterOptions,
  actions: Able,
  pinnedAtStart: Trust,
  signer: Signer,
  unlock: () => void,
): Result<Reporter> => {
  const { dir, journal = null, outboxBytesMax: bytesMax = outboxBytesDefault, firmware } = options
  const { onEvent: tell = () => {} } = options
  const files = deviceFiles(dir)
  const outbox = openOutbox({
    path: files.outbox,
    bytesMax,
    commitDelayMs: options.commitDelayMs ?? commitDelayOf(diskOf(dir)),
    onFault: ({ code, detail = '' }) => tell({ event: 'disk/failed', code, detail }),
  })
  if (!outbox.ok) return outbox
  const box = outbox.value
  const counter = openBootCounter(files.boot, box.last?.boot ?? -1)
  if (!counter.ok) return counter
  const pulse = openPulse(box, counter.value, firmware)
  let trial: ReturnType<typeof openTrial> | null = null
  const onEvent = (event: DeviceEvent): void => {
    if (event.event === 'boot/moved') pulse.moved()
    trial?.take(event)
    tell(event)
  }
  const kid = kidOf(signer.publicKey, sha256)
  const identity = { net: pinnedAtStart.net, kid, signer }
  let trust = pinnedAtStart
  let link: Link | null = null
  const pinned = () => trust.gateways

  const replaceTrust: Actions['trust'] = (replacement) => {
    const next = { ...trust, ...replacement }
    writeTrustFile(dir, next)
    trust = next
    link?.renew()
  }
  const allActions = { ...actions, trust: replaceTrust }
  const commands = openCommands({ path: files.command, identity, pinned, actions: allActions, onEvent })
  if (!commands.ok) return commands
  const updates =
    firmware === undefined ? null : openUpdates({ path: files.update, identity, pinned, firmware, onEvent })
  if (updates?.ok === false) return updates
  const entropy = followEntropy({ path: files.entropy, net: trust.net, trust: () => trust })
  const takeEntropy = async (message: Uint8Array): Promise<void> => {
    const taken = await entropy.take(message)
    if (taken.ok) return
    onEvent({ event: 'entropy/refused', code: taken.error.code, detail: taken.error.detail ?? '' })
  }
  const parts = { identity, pinned, counter: counter.value, outbox: box, journal, onEvent, commands: commands.value }
  const wanted = options.wantsEntropy === true ? { takeEntropy } : {}
  const { boards = [], reconnectMs } = options
  const carrier = boards.length === 0 ? undefined : openCarrier({ paths: boards, identity, pinned, onEvent })
  const running = openLink({
    ...parts,
    ...wanted,
    ...(updates === null ? {} : { updates: updates.value }),
    ...(carrier === undefined ? {} : { carrier }),
    ...(reconnectMs === undefined ? {} : { reconnectMs }),
  })
  link = running

  const submitAs = (pair: ReturnType<typeof counter.value.next>, timeS: number, blocks: readonly Block[]): number => {
    const report = signReport(identity, pair, timeS, blocks)
    box.put(report, () => {
      onEvent({ event: 'report/signed', boot: report.boot, seq: report.seq, blocks })
      running.pump()
    })
    return report.seq
  }

  if (updates?.value.isOnTrial()) {
    const beat = () => {
      const pair = counter.value.next()
      submitAs(pair, Math.floor(Date.now() / 1000), [pulse.beat()])
      return pair
    }
    trial = openTrial({ beat, confirm: updates.value.confirm, onEvent })
  }

  return ok({
    kid: toHex(kid),
    submit: (timeS, blocks) => submitAs(counter.value.next(), timeS, [...blocks, ...pulse.due()]),
    live: () => {
      const beat = pulse.due()
      if (beat.length > 0) submitAs(counter.value.next(), Math.floor(Date.now() / 1000), beat)
    },
    reserve: () => {
      const pair = counter.value.next()
      return { ...pair, submit: (timeS, blocks) => submitAs(pair, timeS, blocks) }
    },
    entropy: entropy.live,
    dropped: box.dropped,
    waiting: () => box.waiting().length + box.pending(),
    close: async () => {
      trial?.close()
      updates?.value.close()
      await running.close()
      await carrier?.close()
      box.close()
      unlock()
    },
  })
}
