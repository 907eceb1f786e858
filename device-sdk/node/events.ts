import type { Block } from '../protocol/index.ts'

/** What a device loop tells whoever runs it. `event` names follow the registry of codes where they are codes. */
export type DeviceEvent =
  | { readonly event: 'report/signed'; readonly boot: number; readonly seq: number; readonly blocks: readonly Block[] }
  | { readonly event: 'report/acknowledged'; readonly boot: number; readonly seq: number }
  | {
      readonly event: 'report/receipt'
      readonly boot: number
      readonly seq: number
      /** As numbered in the registry of codes. */
      readonly verdict: number
      readonly logIndex: number | null
    }
  | { readonly event: 'link/up'; readonly gateway: string }
  | { readonly event: 'link/down' | 'link/refused' | 'receipt/refused'; readonly detail: string }
  | {
      /** The gateway's clock less our own, and the first boot number that it never saw of us; null where it knows none. */
      readonly event: 'time/synced'
      readonly offsetMs: number
      readonly nextBoot: number | null
    }
  | { readonly event: 'time/refused'; readonly code: string; readonly detail: string }
  | {
      /** The device had counted back: it goes on under a higher boot, and what was never sent is signed again under it. */
      readonly event: 'boot/moved'
      readonly from: number
      readonly to: number
      readonly signedAgain: number
    }
  | { readonly event: 'command/done'; readonly n: number; readonly op: number; readonly status: number }
  | { readonly event: 'command/refused'; readonly code: string; readonly detail: string }
  | { readonly event: 'update/refused'; readonly code: string; readonly detail: string }
  | {
      /** A bundle stands ready and is started next; or one that was has proved itself. */
      readonly event: 'update/installed' | 'update/confirmed'
      readonly firmware: number
    }
  | { readonly event: 'command/identify' | 'trust/changed' | 'beacon/waiting'; readonly detail: string }
  | { readonly event: 'entropy/refused'; readonly code: string; readonly detail: string }
  | {
      /** A board that this device carries for said hello; without a key it has no kid. */
      readonly event: 'board/up'
      readonly path: string
      readonly kid: string | null
      readonly app: string
      readonly board: string
      readonly firmware: number
      readonly waiting: number
    }
  | { readonly event: 'board/down'; readonly path: string; readonly code: string; readonly detail: string }
  | { readonly event: 'board/note'; readonly path: string; readonly detail: string }
  | { readonly event: 'relay/carried'; readonly kid: string; readonly type: string }
  | {
      /** The last piece of its firmware went to a board. */
      readonly event: 'relay/firmware'
      readonly kid: string
    }
  | { readonly event: 'relay/refused'; readonly kid: string; readonly code: string; readonly detail: string }
  | {
      /** The gateway's verdict on a report of a board; no boot where that reports in a session. */
      readonly event: 'relay/receipt'
      readonly kid: string
      /** Who carried it. */
      readonly relay: string
      readonly boot?: number
      readonly seq: number
      readonly verdict: number
      readonly logIndex: number | null
    }
  | { readonly event: 'sensor/failed' | 'radio/failed' | 'disk/failed'; readonly code: string; readonly detail: string }
