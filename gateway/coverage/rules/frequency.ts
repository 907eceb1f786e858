import type { LinkRule } from './link.ts'

/** Whole Hz. */
export const hzOf = (freqKhz: number): number => Math.round(freqKhz * 1000)

/** Heard where it was sent. Any difference counts, also one of 2^31 Hz. */
export const frequency: LinkRule = ({ beacon, witness }, { coverage }) => {
  if (witness.freqKhz === null || coverage.freqDiffHzMax === undefined) return null
  const [measured, threshold] = [Math.abs(hzOf(beacon.freqKhz) - hzOf(witness.freqKhz)), coverage.freqDiffHzMax]
  if (measured <= threshold) return null
  return { code: 'coverage/frequency', rule: 'frequency', measured, threshold, unit: 'Hz' }
}
