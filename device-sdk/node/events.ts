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
  | { readonly event: 'sensor/failed' | 'radio/failed'; readonly code: string; readonly detail: string }
