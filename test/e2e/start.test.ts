import { join } from 'node:path'
import { it } from 'vitest'
import { standardFirmata } from '../emulators/standard-firmata.ts'
import { root, runProgram, temporaryFolder } from './harness.ts'

type Document = {
  readonly accepted: number
  readonly sensors: readonly { readonly name: string; readonly schema: string }[]
  readonly verdicts: Readonly<Record<string, number>>
  readonly epoch: {
    readonly root: string
    readonly budget: string
    readonly paid: string
    readonly shares: Record<string, string>
  }
  readonly refused: Readonly<Record<string, number>>
  readonly ignored: Readonly<Record<string, number>>
  readonly acknowledged: number
  readonly lost: number
  readonly verifier: string
  readonly store: string
  readonly firstVerifiedMs: number
  readonly substituted: readonly { readonly device: string; readonly reason: string }[]
}

// Both wait most of the time: they do so together.
it.concurrent('npm start runs the main job and says what came of it', { timeout: 90_000 }, async ({ expect }) => {
  const ended = await runProgram(process.execPath, [join(root, 'dist/start.js'), '--for', '20', '--json'])
  expect(ended.stderr).not.toMatch(/^\s+at /m)
  expect(ended.status).toBe(0)
  const document = JSON.parse(ended.stdout) as Document
  expect(document.accepted).toBeGreaterThanOrEqual(30)
  expect(document.sensors).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'machine', schema: 'host' }),
      expect.objectContaining({ name: 'weather', schema: 'weather' }),
    ]),
  )
  expect(document.refused).toMatchObject({ 'sign1/bad-signature': 1, 'sign1/wrong-kid': 1 })
  expect(document.ignored['report/replay']).toBeGreaterThanOrEqual(1)
  expect(document.verdicts['coverage/rssi-too-strong']).toBeGreaterThanOrEqual(1)
  expect(document.verdicts.accepted).toBeGreaterThanOrEqual(1)
  expect(document.epoch.root).toMatch(/^[0-9a-f]{64}$/)
  expect(document.epoch.paid).toBe(document.epoch.budget)
  const { shares } = document.epoch
  expect(Object.values(shares).reduce((sum, amount) => sum + BigInt(amount), 0n)).toBe(BigInt(document.epoch.budget))
  // The hotspot that lies about its place earns nothing; those around it do.
  expect(shares.liar).toBeUndefined()
  expect(Object.keys(shares)).toEqual(expect.arrayContaining(['north', 'south', 'east', 'machine', 'weather']))
  expect(document.acknowledged).toBeGreaterThanOrEqual(30)
  expect(document.lost).toBe(0)
  expect(['koffi', 'addon', 'libauth', 'noble']).toContain(document.verifier)
  expect(document.store).toBe('sqlite')
  expect(document.firstVerifiedMs).toBeGreaterThan(0)
  if ('missing' in standardFirmata()) expect(document.substituted).toMatchObject([{ device: 'arduino' }])
  else {
    expect(document.substituted).toEqual([])
    expect(document.sensors).toContainEqual(expect.objectContaining({ name: 'arduino', schema: 'weather' }))
    expect(ended.stderr).toMatch(/^arduino +-> report #0 {2}temperature 25\.08 Cel, humidity .* pressure 100656 Pa/m)
    // The board is started when others are verified already.
    expect(ended.stderr.search(/^[a-z]+ +<- report #0 {2}accepted/m)).toBeLessThan(ended.stderr.search(/^arduino /m))
  }
})

it.concurrent('npm start replays a walk where the board cannot be emulated, and says so', { timeout: 90_000 }, async ({
  expect,
}) => {
  const options = { env: { PATH: temporaryFolder() } }
  const ended = await runProgram(process.execPath, [join(root, 'dist/start.js'), '--for', '12', '--json'], options)
  expect(ended.status).toBe(0)
  const document = JSON.parse(ended.stdout) as Document
  expect(document.substituted).toEqual([{ device: 'arduino', reason: 'no socat on this machine' }])
  expect(ended.stderr).toMatch(/^arduino +cannot be emulated here: no socat on this machine\. Instead: made NMEA/m)
  expect(document.sensors).toContainEqual(expect.objectContaining({ name: 'walker', schema: 'position' }))
  expect(document.lost).toBe(0)
})
