/**
 * `npm run drill:kill -- PER_PHASE SEED`: kills devices and gateways with -9 over their I/O, PER_PHASE times in each of nine
 * phases (12: a hundred and eight in all), and counts what is missing after it.
 */
import { runDrill } from './drill/run.ts'

const [perPhase = '12', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const each = Number(perPhase)
const per = { perDevicePhase: each, perAwayPhase: each, perGatewayPhase: each }
const result = await runDrill({ seed: Number(seed), devices: 4, ...per })
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
const kills = Object.values(result.kills)
const isComplete = kills.length === 9 && kills.every((count) => count === each)
process.exitCode = isComplete && result.lost === 0 && result.twice === 0 && result.missing === 0 ? 0 : 1
