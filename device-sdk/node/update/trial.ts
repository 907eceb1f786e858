import type { DeviceEvent } from '../events.ts'

export type TrialOptions = {
  /** Signs a heartbeat now. @returns its pair. */
  beat(): { readonly boot: number; readonly seq: number }
  /** The bundle has proved itself. Throws where the disk does. */
  confirm(): void
  readonly onEvent: (event: DeviceEvent) => void
}

const everyMs = 30_000
const accepted = 0

/**
 * What a new bundle has to show: a signed receipt that says that a heartbeat of this very run was accepted. What the bundle
 * before it left in the outbox proves nothing. How long it may take is not for it to say: the launcher keeps the time.
 */
export const openTrial = ({ beat, confirm, onEvent }: TrialOptions) => {
  let waiting = new Set<string>()
  let isOver = false
  const again = (): void => {
    const { boot, seq } = beat()
    waiting.add(`${boot} ${seq}`)
  }
  const timer = setInterval(again, everyMs)
  again()
  return {
    take: (event: DeviceEvent): void => {
      if (isOver) return
      if (event.event === 'boot/moved') {
        // What was signed under the boot before is known under another pair now.
        waiting = new Set()
        again()
      }
      if (event.event !== 'report/receipt' || event.verdict !== accepted) return
      if (!waiting.has(`${event.boot} ${event.seq}`)) return
      try {
        confirm()
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        onEvent({ event: 'disk/failed', code: 'update/unwritable', detail })
        return
      }
      isOver = true
      clearInterval(timer)
    },
    close: (): void => clearInterval(timer),
  }
}
