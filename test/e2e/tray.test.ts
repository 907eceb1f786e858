import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readQrText } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { plugWeatherBoard } from '../emulators/small-board/plug.ts'
import { must } from '../gateway/harness.ts'
import { getJson, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

/** The codes of a sheet, by poppler and zbar. */
const codesOf = (pdf: string): string[] => {
  const page = pdf.replace(/\.pdf$/, '')
  execFileSync('pdftoppm', ['-r', '300', '-gray', '-singlefile', pdf, page])
  const only = ['-Sdisable', '-Sqrcode.enable']
  const codes = execFileSync('zbarimg', ['--nodbus', '--quiet', '--raw', ...only, `${page}.pgm`], { encoding: 'utf8' })
  return codes.trim().split('\n')
}

it.skipIf(noSocat !== null)(
  `a tray of boards that was cut off by kill -9 goes on with the board that was half made, and its labels name every board once ${noSocat ?? ''}`,
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder()
    const gateway = await startGateway(join(folder, 'gateway'))
    const port = join(folder, 'tty')
    const porch = await plugWeatherBoard(port)
    await porch.unplug()
    const shed = await plugWeatherBoard(port)
    await shed.unplug()
    const list = join(folder, 'list.csv')
    const tray = join(folder, 'tray')
    writeFileSync(list, 'name\nporch\nshed\n')
    const batch = ['provision', 'batch', list, '--out', tray, '--port', port, '--data', gateway.data, '--no-owner']
    type Devices = { readonly devices: readonly { readonly name: string; readonly kid: string }[] }
    const devices = async () => (await getJson<Devices>(`${gateway.facts.http}/v1/devices`)).devices

    const cut = startCli(batch)
    await cut.line(/^plug in the board for porch$/)
    await porch.plugIn()
    await expect.poll(devices, { timeout: 30_000 }).toHaveLength(1)
    await cut.end('SIGKILL')
    await porch.unplug()

    const again = startCli([...batch, '--json'])
    const first = await again.line(/^plug in the board for/)
    if (first.endsWith('porch')) {
      await porch.plugIn()
      await again.line(/^take it out$/)
      await porch.unplug()
    }
    await again.line(/^plug in the board for shed$/)
    await shed.plugIn()
    await again.line(/^shed is /)
    const report = JSON.parse(await again.line(/^\{/))
    expect(report).toMatchObject({ failed: 0, left: 0, devices: [{ name: 'porch' }, { name: 'shed', state: 'made' }] })

    const known = await devices()
    expect(known.map(({ name }) => name).sort()).toEqual(['porch', 'shed'])
    const labels = join(folder, 'labels.pdf')
    expect((await runCli(['devices', 'label', '--batch', tray, '--out', labels])).status).toBe(0)
    const read = codesOf(labels).map((code) => must(readQrText(code, sha256)).kid)
    expect(read.sort()).toEqual(known.map(({ kid }) => kid).sort())
  },
)
