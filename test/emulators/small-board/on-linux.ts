/** The same app for a Linux build of Espruino, on the serial port that it is given as `Serial1`. */
import { javascriptCrypto, lineLink, startDevice } from '../../../device-sdk/espruino/loop/index.ts'

startDevice({
  config: {
    app: 'weather-test',
    board: 'linux',
    firmware: 7,
    everyS: 2,
    batch: 1,
    random: 'linux',
    outboxBytes: 8_192,
    open: false,
  },
  crypto: javascriptCrypto(),
  links: [lineLink('Serial1')],
  sensors: [{ schema: 1, read: (done) => done([2210, 551, 1325]) }],
})
