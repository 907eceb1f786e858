/**
 * `npm run drill:fleet -- --hotspots 200`: simulated hotspots over the ether and real MQTT against a running gateway, and what
 * came of it. Exit status 1 where a submission has no verdict, a proof does not hold or a replay differs.
 */
import { parseArgs } from 'node:util'
import { runFleet } from './fleet/run.ts'

const { values } = parseArgs({
  options: {
    hotspots: { type: 'string', default: '200' },
    for: { type: 'string', default: '90' },
    'beacon-every': { type: 'string', default: '40' },
    'epoch-s': { type: 'string', default: '30' },
  },
})
const result = await runFleet({
  hotspots: Number(values.hotspots),
  forS: Number(values.for),
  beaconEveryS: Number(values['beacon-every']),
  epochS: Number(values['epoch-s']),
})
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
const { submissions, verdicts, proofs, brokenProofs, differences } = result
process.exitCode = submissions > 0 && submissions === verdicts && proofs > 0 && brokenProofs + differences === 0 ? 0 : 1
