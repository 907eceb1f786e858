/**
 * `npm run drill:kill -- PER_PHASE SEED`: kills devices and gateways with -9 over their I/O, PER_PHASE times in each of six
 * phases (17: a hundred and two in all), and counts what is missing after it.
 */
import { runDrill } from './drill/run.ts'

const [perPhase = '17', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const result = await runDrill({
  seed: Number(seed),
  perDevicePhase: Number(perPhase),
  perGatewayPhase: Number(perPhase),
})
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
process.exitCode = result.lost === 0 && result.twice === 0 && result.missing === 0 ? 0 : 1
