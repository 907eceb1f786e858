/**
 * The firmware of the board under test: the real loop, with updates, and the JavaScript signer. Signatures are checked by its own
 * verifier, or, where the test gives one, at once by that, as a Cortex-M4 does in machine code.
 */

import { javascriptCrypto } from '../../../../device-sdk/espruino/loop/javascript-crypto.ts'
import { lineLink } from '../../../../device-sdk/espruino/loop/line.ts'
import { openSettle } from '../../../../device-sdk/espruino/loop/settle.ts'
import { startDevice } from '../../../../device-sdk/espruino/loop/start.ts'
import { firmwarePlaces } from '../../../../device-sdk/espruino/update/places.ts'
import type { VerifyDigest } from '../../../../device-sdk/protocol/index.ts'

declare const global: { readonly hostVerify?: VerifyDigest; readonly placeless?: boolean }

const checks = { openSettle, checkLate: null }
const atOnce = global.hostVerify === undefined ? {} : { verify: global.hostVerify, checks }

startDevice({
  config: {
    app: 'test',
    board: 'test-board',
    firmware: 1_000_001,
    everyS: 3_600,
    batch: 1,
    random: 'nrf52',
    outboxBytes: 4_096,
    open: false,
  },
  crypto: Object.assign(javascriptCrypto(), atOnce),
  links: [lineLink('USB')],
  sensors: [],
  update: global.placeless === true ? undefined : firmwarePlaces,
})
