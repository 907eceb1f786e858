/**
 * The firmware of the board under test: the real loop, with updates. What a Cortex-M4 does in machine code, checking a signature, the
 * test does for it; signing is the JavaScript signer's.
 */

import { javascriptCrypto } from '../../../../device-sdk/espruino/loop/javascript-crypto.ts'
import { lineLink } from '../../../../device-sdk/espruino/loop/line.ts'
import { obey } from '../../../../device-sdk/espruino/loop/obey.ts'
import { openSettle } from '../../../../device-sdk/espruino/loop/settle.ts'
import { startDevice } from '../../../../device-sdk/espruino/loop/start.ts'
import { firmwarePlaces } from '../../../../device-sdk/espruino/update/places.ts'
import type { VerifyDigest } from '../../../../device-sdk/protocol/index.ts'

declare const global: { readonly hostVerify: VerifyDigest; readonly placeless?: boolean }

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
  crypto: Object.assign(javascriptCrypto(), { verify: global.hostVerify, obeys: { obey, openSettle } }),
  links: [lineLink('USB')],
  sensors: [],
  update: global.placeless === true ? undefined : firmwarePlaces,
})
