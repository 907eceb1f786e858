import type { BootCounter } from './boot-counter.ts'
import type { DeviceEvent } from './events.ts'
import type { Identity } from './identity.ts'
import { signAgain } from './identity.ts'
import type { Outbox } from './outbox.ts'

export type SettleDeps = {
  readonly identity: Identity
  readonly counter: BootCounter
  readonly outbox: Outbox
  readonly onEvent: (event: DeviceEvent) => void
}

/**
 * Settles under which boot the device goes on, before it sends anything: its own, or `nextBoot` where that is higher.
 * Reports that were never sent, of boots that the gateway may have seen (below `nextBoot`), are signed again under it: the
 * same pair is never signed twice in a gateway's eyes. Throws where the disk does; then it is done again.
 * @param nextBoot - the first boot that the gateway never saw of this device; 0 where it saw none.
 */
export const settleBoot = (nextBoot: number, { identity, counter, outbox, onEvent }: SettleDeps): void => {
  const from = counter.boot()
  outbox.flush()
  const doubtful = outbox.waiting().filter(({ boot }) => boot > counter.confirmed() && boot < nextBoot)
  if (nextBoot > from) counter.moveTo(nextBoot)
  for (const report of doubtful) outbox.replace(report, signAgain(identity, report, counter.next()))
  outbox.flush()
  counter.confirm()
  if (counter.boot() !== from || doubtful.length > 0) {
    onEvent({ event: 'boot/moved', from, to: counter.boot(), signedAgain: doubtful.length })
  }
}
