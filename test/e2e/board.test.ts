import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { standardFirmata } from '../emulators/standard-firmata.ts'
import { getJson, provision, root, runProgram, startCli, startGateway, temporaryFolder } from './harness.ts'

const image = standardFirmata()
const missing = noSocat ?? ('missing' in image ? image.missing : null)

type Reports = {
  readonly reports: readonly {
    readonly logIndex: number
    readonly code: string
    readonly report: { readonly blocks: readonly { readonly last?: readonly { name: string; value: number }[] }[] }
  }[]
}

/** The accuracy of a BME280: BST-BME280-DS001 sections 1.1 to 1.3, full range of temperature, 3 %RH, 1 hPa. */
const accuracy = { temperature: 1, humidity: 3, pressure: 100 }

it('what a BME280 on an Arduino measures arrives at the gateway, verified, with a receipt that a stranger can verify', {
  timeout: 60_000,
}, async (context) => {
  if (missing !== null) process.stderr.write(`skipped: ${missing}\n`)
  context.skip(missing !== null, missing ?? '')
  const folder = temporaryFolder()
  const port = join(folder, 'tty')
  const board = spawn(process.execPath, [join(root, 'dist/arduino.js'), 'standard-firmata', 'bme280', port], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(board, 'close')
  onTestFinished(async () => {
    board.stdin.end()
    await ended
  })
  const [line] = await once(createInterface({ input: board.stdout }), 'line')
  expect(line).toBe('ready')
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))

  const set = { temperature: -7.3, humidity: 81.4, pressure: 97_531 }
  board.stdin.write(`weather ${set.temperature} ${set.pressure} ${set.humidity}\n`)
  const device = startCli(['device', 'run', '--dir', dir, '--sensor', `firmata:bme280:${port}`, '--every', '1'])
  await device.line(/<- report #0 .*accepted, receipt #1/)
  await device.end('SIGTERM')

  const { reports } = await getJson<Reports>(`${gateway.facts.http}/v1/reports`)
  const first = reports.find(({ logIndex }) => logIndex === 1)
  const last = first?.report.blocks[0]?.last ?? []
  const measured = Object.fromEntries(last.map(({ name, value }) => [name, value]))
  expect(first?.code).toBe('accepted')
  for (const name of ['temperature', 'humidity', 'pressure'] as const)
    expect(Math.abs((measured[name] ?? Number.NaN) - set[name])).toBeLessThan(accuracy[name] / 10)

  const stored = await getJson<object>(`${gateway.facts.http}/v1/reports/1`)
  const verified = await runProgram('/usr/bin/python3', [join(root, 'docs/verify.py')], {
    input: JSON.stringify(stored),
  })
  expect(verified.stdout).toMatch(/^verified: device [0-9a-f]{16} boot 0 seq 0, verdict 0, log index 1$/m)
})
