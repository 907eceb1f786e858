/** An app for a board: a constant weather once a second, a report for each reading. */
import { javascriptCrypto } from '../../../device-sdk/espruino/loop/javascript-crypto.ts'
import { lineLink } from '../../../device-sdk/espruino/loop/line.ts'
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
  crypto: javascriptCrypto(),
  links: [lineLink('USB')],
  sensors: [{ schema: 1, read: (done) => done([2210, 551, 1325]) }],
})
