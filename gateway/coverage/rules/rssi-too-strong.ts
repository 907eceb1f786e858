import { maxRssiDbm } from '../geometry.ts'
import type { LinkRule } from './link.ts'

/** No signal arrives stronger than through free space. Why the beacon's frequency: a lower one, told by the witness, would raise its limit. */
export const rssiTooStrong: LinkRule = ({ beacon, witness, from, to, distanceM }) => {
  const measured = witness.rssiDdbm / 10
  const threshold = maxRssiDbm({
    txDbm: beacon.txDdbm / 10,
    txGainDdbi: from.gainDdbi,
    rxGainDdbi: to.gainDdbi,
    freqHz: beacon.freqKhz * 1000,
    distanceM,
  })
  if (measured <= threshold) return null
  return { code: 'coverage/rssi-too-strong', rule: 'rssi-too-strong', measured, threshold, unit: 'dBm' }
}
