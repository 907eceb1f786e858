/**
 * Who may import whom. Each room lists what it may reach; everything else is an error.
 * `test/gates/imports.test.ts` plants a violation of every rule here and fails when one is not found.
 */

const sdk = 'device-sdk'
const protocol = `^${sdk}/protocol/`
const signer = `^${sdk}/signer/`
const link = `^${sdk}/link/`
const hardware = '^hardware/'
const console = '^bin/console/'
const manifest = '^package[.]json$'
const tests = '^test/'
const rooms = `(${sdk}|firmware|gateway|hardware|provisioning)`
const cli = `^${rooms}/cli/|^${rooms}/[^/]+/cli/`
const outside = ['core', 'npm', 'npm-dev', 'npm-optional', 'unknown']

const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`

/** A room's files reach themselves, `others`, and what is not a file of this repository; the edges have rules below. */
const room = (folder, others) => ({
  name: `room-${folder.replaceAll('/', '-')}`,
  comment: `${folder}/ imports files of: itself${others.map((path) => `, ${path}`).join('')}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    dependencyTypesNot: outside,
    pathNot: [`^${folder}/`, manifest, console, ...others],
  },
})

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    // Rooms.
    rule(
      'protocol-is-pure',
      'the protocol imports nothing but itself, not even from node',
      { path: protocol },
      { pathNot: protocol },
    ),
    room(`${sdk}/signer`, [protocol]),
    room(`${sdk}/sensors`, [protocol, link]),
    room(`${sdk}/radios`, [protocol]),
    room(`${sdk}/link`, [protocol]),
    room(`${sdk}/node`, [protocol, signer, `^${sdk}/(sensors|radios|link)/`]),
    room(`${sdk}/espruino`, [protocol, signer, `^${sdk}/(sensors|radios|link)/`]),
    room(sdk, []),
    room('firmware', [`^${sdk}/`, hardware]),
    room('hardware', []),
    rule(
      'hardware-is-data',
      'hardware imports its schema library and node, nothing else',
      { path: hardware, pathNot: cli },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-optional'], pathNot: npm('zod') },
    ),
    room('gateway', [protocol, signer]),
    rule(
      'coverage-is-pure',
      'coverage rules replay to the same bytes elsewhere: the protocol and h3-js alone, not even node',
      { path: '^gateway/coverage/' },
      { pathNot: ['^gateway/coverage/', protocol, npm('h3-js')] },
    ),
    rule(
      'rewards-is-pure',
      'shares replay to the same bytes elsewhere: the protocol and h3-js alone, not even node',
      { path: '^gateway/rewards/' },
      { pathNot: ['^gateway/rewards/', protocol, npm('h3-js')] },
    ),
    room('provisioning', [protocol, signer, link]),
    rule(
      'bin-composes-cli',
      'bin imports the cli folders, node and commander',
      { path: '^bin/', pathNot: console },
      { dependencyTypesNot: ['core', 'unknown'], pathNot: ['^bin/', cli, manifest, npm('commander')] },
    ),
    rule(
      'console-is-for-all',
      'bin/console imports the protocol, node and commander, for every cli imports it',
      { path: console },
      { dependencyTypesNot: ['core', 'unknown'], pathNot: [console, protocol, manifest, npm('commander')] },
    ),
    rule(
      'demo-plays-the-attacker',
      'what npm start runs has the sockets, the protocol and a signer; the rest it reaches as a person would',
      { path: '^demo/' },
      { dependencyTypesNot: ['core', 'unknown'], pathNot: ['^demo/', protocol, signer, manifest, npm('mqtt')] },
    ),

    // Edges.
    rule(
      'commander-at-the-edge',
      'the command line is known to cli folders and bin only',
      { pathNot: [cli, '^bin/', tests] },
      { path: npm('commander') },
    ),
    rule(
      'console-at-the-edge',
      'what prints for people is known to cli folders and bin only',
      { pathNot: [cli, '^bin/', tests] },
      { path: console },
    ),
    rule(
      'cli-at-the-edge',
      'a cli folder is imported by bin and by itself',
      { pathNot: [cli, '^bin/', tests] },
      { path: cli },
    ),
    rule(
      'cli-of-its-room',
      'a cli folder does not import that of another room',
      { path: '^(.*)/cli/' },
      { path: cli, pathNot: '^$1/cli/' },
    ),
    rule(
      'signatures-are-chosen-twice',
      'device-sdk/signer and the gateway choose who signs and verifies; to all others it enters as an argument',
      { pathNot: [signer, '^gateway/', tests, '^bench/'] },
      { path: npm('@noble/secp256k1', '@bitauth/libauth', 'secp256k1', 'koffi') },
    ),
    rule(
      'nobody-imports-firmware',
      'firmware is the top of its ladder',
      { pathNot: ['^firmware/', '^bin/', '^scripts/', tests] },
      { path: '^firmware/' },
    ),
    rule(
      'nobody-imports-tests',
      'test, bench and demo are read by nobody but themselves and the tests',
      { path: '^([^/]+)', pathNot: tests },
      { path: '^(test|bench|demo)/', pathNot: '^$1/' },
    ),

    // Shape.
    rule('no-circles', 'two files that import each other are one idea, or need a third', {}, { circular: true }),
    rule(
      'barrel-is-the-door',
      "only a room's index.ts hands on what others export",
      { pathNot: ['/index[.]ts$', tests] },
      { dependencyTypes: ['export'] },
    ),
    rule(
      'no-unresolvable',
      'the file or the package is not there; hexfix:board is made by the build',
      {},
      { couldNotResolve: true, pathNot: '^hexfix:board$' },
    ),
    rule(
      'no-unlisted',
      'the package is not in package.json',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
    ),
    rule(
      'no-dev-in-the-product',
      'what is used at run time stands in dependencies, but for what the bundle carries',
      { path: `^(bin/|demo/|${rooms}/)` },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'npm-optional', 'type-only'],
        pathNot: npm('johnny-five'),
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|[.]cache|[.]git|[.]hexfix|test/vectors)/' },
    // Types are imports too: `import type` is followed.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
}
