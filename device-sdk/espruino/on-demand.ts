/**
 * Modules that the bundle of a small board evaluates whenever they are called, and lets go after, and the function of each:
 * `firmware/espruino-profile/on-demand.ts` says how. They keep nothing from one call to the next. From the root of the package.
 */
export const onDemandModules: { readonly [module: string]: string } = {
  'device-sdk/protocol/cbor/decode.ts': 'decode',
  'device-sdk/protocol/cbor/encode.ts': 'encode',
  'device-sdk/espruino/loop/answer-request.ts': 'answerRequest',
  'device-sdk/espruino/loop/check-late.ts': 'checkLate',
  'device-sdk/espruino/loop/clock.ts': 'openClock',
  'device-sdk/espruino/loop/cut-rows.ts': 'cutRows',
  'device-sdk/espruino/loop/delivery.ts': 'openDelivery',
  'device-sdk/espruino/loop/down.ts': 'readDown',
  'device-sdk/espruino/loop/obey.ts': 'obey',
  'device-sdk/espruino/loop/open-board.ts': 'openBoard',
  'device-sdk/espruino/loop/outbox.ts': 'openOutbox',
  'device-sdk/espruino/loop/pump.ts': 'pump',
  'device-sdk/espruino/loop/random.ts': 'random32',
  'device-sdk/espruino/loop/sample.ts': 'sample',
  'device-sdk/espruino/loop/say-hello.ts': 'sayHello',
  'device-sdk/espruino/loop/settle.ts': 'openSettle',
  'device-sdk/espruino/loop/sign-message.ts': 'signMessage',
  'device-sdk/espruino/loop/sign-next.ts': 'signNext',
  'device-sdk/espruino/loop/slot.ts': 'slot',
  'device-sdk/espruino/loop/start.ts': 'startDevice',
  'device-sdk/espruino/loop/take-frames.ts': 'takeFrames',
  'device-sdk/espruino/loop/take-message.ts': 'takeMessage',
  'device-sdk/espruino/loop/timekeeper.ts': 'openTimekeeper',
  'device-sdk/espruino/loop/trust.ts': 'trustOf',
  'device-sdk/espruino/native/native-crypto.ts': 'openNativeCrypto',
  'device-sdk/espruino/signer/verify.ts': 'verify',
}
