/** What `hexfix:board` is on Espruino: the parts that are wired, under the loop of small boards. */
import type { BoardConfig } from '../../device-sdk/espruino/loop/config.ts'
import type { BoardLink, LoopCrypto } from '../../device-sdk/espruino/loop/loop.ts'
import type { BoardSensor } from '../../device-sdk/espruino/loop/sensor.ts'
import type { StartOptions } from '../../device-sdk/espruino/loop/start.ts'
import { startDevice } from '../../device-sdk/espruino/loop/start.ts'

const againMs = 60_000

/**
 * @param crypto - null where the native signer found no memory: a new start may find it.
 * @param update - where there are two places for the program.
 */
export const reportOn =
  (config: BoardConfig, crypto: LoopCrypto | null, links: readonly BoardLink[], update?: StartOptions['update']) =>
  (sources: readonly (BoardSensor | null)[]): void => {
    if (crypto === null) {
      setTimeout(() => E.reboot(), againMs)
      return
    }
    const sensors: BoardSensor[] = []
    for (const source of sources) if (source !== null) sensors.push(source)
    startDevice({ config, crypto, links, sensors, update })
  }
