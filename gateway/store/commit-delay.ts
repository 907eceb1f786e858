import { blockDevicesOf } from './block-device.ts'

/** How long a report may wait for others before it is written, and why so long. */
export type CommitDelay = { readonly ms: number; readonly why: string }

const usualMs = 5
/** Each commit writes whole pages and waits for them: one for every report would wear a card out within years. */
const cardMs = 500

/** SD cards and eMMC, as the kernel names them. */
const isCard = (device: string): boolean => device.startsWith('mmcblk')

/** @param asked - what the configuration says; it holds. */
export const commitDelayFor = (
  asked: number | undefined,
  folder: string,
  devices: readonly string[] = blockDevicesOf(folder),
): CommitDelay => {
  if (asked !== undefined) return { ms: asked, why: 'configured' }
  const card = devices.find(isCard)
  return card === undefined ? { ms: usualMs, why: 'default' } : { ms: cardMs, why: `the store lies on ${card}` }
}

/**
 * How large the pages of a new store are. Small ones cost the processor a little more, and a commit of one report less than
 * half of the bytes written: a commit writes every page that it touches, whole.
 */
export const pageBytesFor = (folder: string, devices: readonly string[] = blockDevicesOf(folder)): number =>
  devices.some(isCard) ? 1_024 : 4_096
