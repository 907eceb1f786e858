import { maxRssiDbm } from '../geometry.ts'
import type { Finding } from '../verdict.ts'
import { hzOf } from './frequency.ts'
import type { Link } from './link.ts'

type Strength = { readonly measured: number; readonly threshold: number; readonly unit: 'dBm' }

/** The signal beside what free space allows. Why the beacon's frequency: a lower one, told by the witness, would raise its limit. */
export const strengthOf = ({ beacon, witness, from, to, distanceM }: Link): Strength => {
  const { txDbm, freqKhz } = beacon
  const hop = { txDbm, txGainDbi: from.gainDbi, rxGainDbi: to.gainDbi, freqHz: hzOf(freqKhz), distanceM }
  return { measured: witness.rssiDbm, threshold: maxRssiDbm(hop), unit: 'dBm' }
}

/** No signal arrives stronger than through free space. */
export const rssiTooStrong = ({ measured, threshold, unit }: Strength): Finding | null =>
  measured <= threshold
    ? null
    : { code: 'coverage/rssi-too-strong', rule: 'rssi-too-strong', measured, threshold, unit }
