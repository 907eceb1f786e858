/** Coverage: beacons when its turn comes, and what it heard of others. */
import { hotspot } from 'hexfix:board'

hotspot()
