/** One planted violation for each rule of `.dependency-cruiser.cjs`: the file, and what stands in it. */
export type Plant = { readonly rule: string; readonly file: string; readonly text: string }

const plant = (rule: string, file: string, ...lines: string[]): Plant => ({ rule, file, text: `${lines.join('\n')}\n` })

/** An import for the value, so that no compiler may drop it. */
const using = (from: string): string => `import * as x from '${from}'; x`
const typed = (from: string): string => `import type { X } from '${from}'; export const x: X = 1`

export const plants: readonly Plant[] = [
  plant('protocol-is-pure', 'device-sdk/protocol/node-prefix.ts', using('node:fs')),
  plant('protocol-is-pure', 'device-sdk/protocol/node-bare.ts', using('fs')),
  plant('protocol-is-pure', 'device-sdk/protocol/package.ts', using('h3-js')),
  plant('protocol-is-pure', 'device-sdk/protocol/sibling.ts', typed('../signer/ok.ts')),
  plant('protocol-is-pure', 'device-sdk/protocol/late.ts', "export const x = () => import('node:os')"),
  plant('room-device-sdk-signer', 'device-sdk/signer/bad.ts', using('../link/ok.ts')),
  plant('room-device-sdk-sensors', 'device-sdk/sensors/bad.ts', using('../signer/ok.ts')),
  plant('room-device-sdk-radios', 'device-sdk/radios/bad.ts', typed('../signer/ok.ts')),
  plant('room-device-sdk-link', 'device-sdk/link/bad.ts', using('../node/ok.ts')),
  plant('room-device-sdk-node', 'device-sdk/node/bad.ts', using('../espruino/ok.ts')),
  plant('room-device-sdk-espruino', 'device-sdk/espruino/bad.ts', using('../node/ok.ts')),
  plant('room-device-sdk', 'device-sdk/bad.ts', using('../gateway/ok.ts')),
  plant('room-firmware', 'firmware/bad.ts', using('../gateway/ok.ts')),
  plant('room-hardware', 'hardware/bad-room.ts', typed('../device-sdk/protocol/ok.ts')),
  plant('hardware-is-data', 'hardware/bad-package.ts', using('mqtt')),
  plant('room-gateway', 'gateway/bad.ts', using('../device-sdk/node/ok.ts')),
  plant('coverage-is-pure', 'gateway/coverage/node.ts', using('node:crypto')),
  plant('coverage-is-pure', 'gateway/coverage/room.ts', typed('../store/ok.ts')),
  plant('rewards-is-pure', 'gateway/rewards/node.ts', using('crypto')),
  plant('rewards-is-pure', 'gateway/rewards/package.ts', using('mqtt')),
  plant('room-provisioning', 'provisioning/bad.ts', using('../gateway/ok.ts')),
  plant('bin-composes-cli', 'bin/bad-room.ts', using('../gateway/ok.ts')),
  plant('bin-composes-cli', 'bin/bad-package.ts', using('mqtt')),
  plant('console-is-for-all', 'bin/console/bad.ts', using('../../gateway/cli/ok.ts')),
  plant('demo-plays-the-attacker', 'demo/bad-room.ts', using('../gateway/ok.ts')),
  plant('demo-plays-the-attacker', 'demo/bad-package.ts', using('h3-js')),
  plant('commander-at-the-edge', 'gateway/bad-commander.ts', using('commander')),
  plant('console-at-the-edge', 'gateway/bad-console.ts', using('../bin/console/ok.ts')),
  plant('cli-at-the-edge', 'gateway/bad-cli.ts', using('./cli/ok.ts')),
  plant('cli-of-its-room', 'provisioning/cli/bad.ts', using('../../gateway/cli/ok.ts')),
  plant('signatures-are-chosen-twice', 'provisioning/bad-signature.ts', using('@noble/secp256k1')),
  plant('nobody-imports-firmware', 'gateway/bad-firmware.ts', using('../firmware/ok.ts')),
  plant('nobody-imports-tests', 'gateway/bad-test.ts', using('../test/ok.ts')),
  plant('nobody-imports-tests', 'bench/bad-test.ts', using('../test/ok.ts')),
  plant('nobody-imports-tests', 'scripts/bad-bench.mjs', using('../bench/ok.ts')),
  plant('nobody-imports-tests', 'bench/bad-demo.ts', using('../demo/ok.ts')),
  plant('no-circles', 'gateway/store/one.ts', typed('./two.ts'), 'export type Y = string'),
  plant('barrel-is-the-door', 'gateway/store/barrel.ts', "export { x } from './ok.ts'"),
  plant('barrel-is-the-door', 'gateway/store/barrel-types.ts', "export type * from './ok.ts'"),
  plant('no-unresolvable', 'gateway/lost.ts', using('./nowhere.ts')),
  plant('no-unlisted', 'gateway/unlisted.ts', using('stray')),
  plant('no-dev-in-the-product', 'gateway/dev.ts', using('dev-only')),
]

/** The other half of the circle, which is reported once. */
export const circle = ['gateway/store/two.ts', "import type { Y } from './one.ts'\nexport type X = Y\n"] as const

const ok = 'export const x = 1\nexport type X = number\n'

/** What must pass: each room reaches as far as it may. */
export const allowed: ReadonlyMap<string, string> = new Map([
  ...['protocol', 'signer', 'sensors', 'radios', 'link', 'node', 'espruino'].map((room): [string, string] => [
    `device-sdk/${room}/ok.ts`,
    room === 'protocol' ? ok : `${using('../protocol/ok.ts')}\n${ok}`,
  ]),
  ['device-sdk/protocol/index.ts', "export * from './ok.ts'\n"],
  ['device-sdk/node/ports.ts', ['signer', 'sensors', 'radios', 'link'].map((r) => typed(`../${r}/ok.ts`)).join('\n')],
  ['device-sdk/signer/noble.ts', using('@noble/secp256k1')],
  ['device-sdk/index.ts', "export * from './node/ok.ts'\n"],
  ['firmware/ok.ts', `${using('../device-sdk/link/ok.ts')}\nimport '../hardware/ok.ts'\n${ok}`],
  ['hardware/ok.ts', `${using('zod')}\nimport 'node:fs'\n${ok}`],
  ['gateway/ok.ts', `${using('../device-sdk/protocol/index.ts')}\nimport 'node:fs'\nimport './coverage/ok.ts'\n${ok}`],
  ['gateway/store/ok.ts', `import '../../package.json'\n${ok}`],
  ['gateway/coverage/ok.ts', `${using('h3-js')}\nimport '../../device-sdk/protocol/ok.ts'\n${ok}`],
  ['gateway/rewards/ok.ts', `${using('h3-js')}\n${ok}`],
  ['gateway/cli/ok.ts', `${using('commander')}\nimport '../../bin/console/ok.ts'\nimport '../ok.ts'\n${ok}`],
  ['gateway/cli/more.ts', using('./ok.ts')],
  ['gateway/types-of-dev.ts', typed('dev-only')],
  ['provisioning/ok.ts', ['protocol', 'signer', 'link'].map((r) => `import '../device-sdk/${r}/ok.ts'`).join('\n')],
  ['provisioning/cli/ok.ts', `import '../ok.ts'\n${ok}`],
  ['bin/console/ok.ts', `import '../../device-sdk/protocol/ok.ts'\n${ok}`],
  ['bin/hexfix.ts', `${using('commander')}\nimport('../gateway/cli/ok.ts')\nimport './console/ok.ts'\n`],
  ['demo/ok.ts', `${using('mqtt')}\nimport '../device-sdk/signer/ok.ts'\nimport 'node:net'\n${ok}`],
  ['bench/ok.ts', `import '../gateway/ok.ts'\n${ok}`],
  ['test/ok.ts', `import '../firmware/ok.ts'\nimport '../bench/ok.ts'\nimport '../gateway/cli/ok.ts'\n${ok}`],
])
