import { deviceFiles, lockFolder, readTrust } from '../link/index.ts'
import type { Block, Result } from '../protocol/index.ts'
import { encodeReport, kidOf, mtypes, ok, signPayload, toHex, writeCompact } from '../protocol/index.ts'
import { openKeyFile, sha256 } from '../signer/index.ts'
import { takeBoot } from './boot-counter.ts'
import type { DeviceEvent } from './events.ts'
import { openLink } from './mqtt-link.ts'
import { openOutbox } from './outbox.ts'

export type ReporterOptions = {
  /** The device's folder: key, trust, boot counter, outbox. Made by `hexfix provision`. */
  readonly dir: string
  readonly journal?: string
  readonly outboxBytesMax?: number
  readonly onEvent?: (event: DeviceEvent) => void
}

/** Signs blocks into reports and delivers them. The one place where a device's key meets what it built. */
export type Reporter = {
  readonly kid: string
  /** @param timeS - Unix seconds of the first row. @returns the report's seq. */
  submit(timeS: number, blocks: readonly Block[]): number
  dropped(): number
  waiting(): number
  close(): Promise<void>
}

const outboxBytesDefault = 16 * 1024 * 1024

export const openReporter = async (options: ReporterOptions): Promise<Result<Reporter>> => {
  const { dir, journal = null, onEvent = () => {} } = options
  const files = deviceFiles(dir)
  const trust = readTrust(dir)
  if (!trust.ok) return trust
  const signer = openKeyFile(files.key)
  if (!signer.ok) return signer
  const lock = await lockFolder(dir)
  if (!lock.ok) return lock
  const outbox = openOutbox(files.outbox, options.outboxBytesMax ?? outboxBytesDefault)
  const boot = outbox.ok ? takeBoot(files.boot, outbox.value.bootMax) : outbox
  if (!outbox.ok || !boot.ok) {
    lock.value()
    return outbox.ok ? (boot as Result<never>) : outbox
  }
  const kid = kidOf(signer.value.publicKey, sha256)
  const { net } = trust.value
  const box = outbox.value
  const link = openLink({
    trust: trust.value,
    signer: signer.value,
    kid,
    boot: boot.value,
    outbox: box,
    journal,
    onEvent,
  })
  let next = 0

  return ok({
    kid: toHex(kid),
    submit: (timeS, blocks) => {
      const seq = next++
      const payload = encodeReport({ boot: boot.value, seq, time: timeS, blocks })
      const message = writeCompact(signPayload(payload, { mtype: mtypes.report, net, kid }, sha256, signer.value.sign))
      box.put({ boot: boot.value, seq, digest: sha256(payload).slice(0, 8), message })
      onEvent({ event: 'report/signed', boot: boot.value, seq, blocks })
      link.pump()
      return seq
    },
    dropped: box.dropped,
    waiting: () => box.waiting().length,
    close: async () => {
      await link.close()
      box.close()
      lock.value()
    },
  })
}
