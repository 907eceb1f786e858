/** The same app with the signer in machine code, and no other: without it, it does not start. */
import { lineLink } from '../../../device-sdk/espruino/loop/line.ts'
import type { LoopCrypto } from '../../../device-sdk/espruino/loop/loop.ts'
import { nativeCrypto } from '../../../device-sdk/espruino/loop/native-crypto.ts'
import { startDevice } from '../../../device-sdk/espruino/loop/start.ts'

startDevice({
  config: {
    app: 'weather-test',
    board: 'espruino-pico',
    firmware: 7,
    everyS: 1,
    batch: 1,
    random: 'nrf52',
    outboxBytes: 8_192,
    open: false,
  },
  crypto: nativeCrypto() as LoopCrypto,
  links: [lineLink('USB')],
  sensors: [{ schema: 1, read: (done) => done([2210, 551, 1325]) }],
})
