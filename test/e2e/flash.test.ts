import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readIntelHex } from '../../firmware/toolchain/flash/intel-hex.ts'
import { firmataHex, noUno, plugBootingUno } from '../firmware/flash/uno.ts'
import { cli, getJson, provision, runCli, runProgram, startCli, startGateway, temporaryFolder } from './harness.ts'

const flashOf = (port: string, image = firmataHex, board = 'uno'): string[] => [
  'flash',
  '--board',
  board,
  '--image',
  image,
  '--port',
  port,
]

const bytesOf = (file: string): Uint8Array => {
  const image = readIntelHex(readFileSync(file, 'utf8'), 32_768)
  if (!image.ok) throw new Error(`${image.error.code} ${image.error.detail}`)
  return image.value
}

/** What Debian's avrdude reads from the board. */
const readByAvrdude = async (port: string): Promise<Uint8Array> => {
  const file = join(temporaryFolder(), 'read.hex')
  const args = ['-c', 'arduino', '-p', 'm328p', '-P', port, '-U', `flash:r:${file}:i`]
  const { status, stderr } = await runProgram('avrdude', args)
  if (status !== 0) throw new Error(stderr)
  return bytesOf(file)
}

describe.skipIf(noUno !== null)(`hexfix flash, on an emulated Uno with Optiboot ${noUno ?? ''}`, () => {
  it('writes an image that avrdude reads the same, that says hello, and that reports weather to a gateway', {
    timeout: 120_000,
  }, async () => {
    const uno = await plugBootingUno()
    const image = bytesOf(firmataHex)
    const flashed = await runCli([...flashOf(uno.path), '--json'])
    expect(flashed.stderr).toMatch(/writing .* kB\/s\nreading back/)
    expect(JSON.parse(flashed.stdout)).toEqual({
      board: 'uno',
      port: uno.path,
      chip: '1e950f',
      bytes: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
      hello: 'Firmata 2.4',
    })
    await uno.ready()
    const read = await readByAvrdude(uno.path)
    expect(Buffer.compare(read.subarray(0, image.length), image)).toBe(0)
    await uno.ready()

    const folder = temporaryFolder()
    const gateway = await startGateway(join(folder, 'gateway'))
    const dir = await provision(gateway.data, join(folder, 'device'))
    const device = startCli(['device', 'run', '--dir', dir, '--sensor', `firmata:bme280:${uno.path}`, '--every', '1'])
    await device.line(/<- report #0 .*accepted/)
    const { reports } = await getJson<{ reports: unknown[] }>(`${gateway.facts.http}/v1/reports`)
    expect(JSON.stringify(reports)).toContain('25.08')
    await device.end('SIGTERM')
    await gateway.end('SIGTERM')
  })

  it('flashes a board again that was left in the middle by kill -9', { timeout: 120_000 }, async () => {
    const uno = await plugBootingUno()
    const run = startCli(flashOf(uno.path))
    await run.line(/^writing/)
    await run.end('SIGKILL')
    await uno.ready()
    const partly = await readByAvrdude(uno.path)
    const image = bytesOf(firmataHex)
    expect(Buffer.compare(partly.subarray(0, 1024), image.subarray(0, 1024))).toBe(0)
    expect(Buffer.compare(partly.subarray(0, image.length), image)).not.toBe(0)
    await uno.ready()
    const again = await runCli(flashOf(uno.path))
    expect(again.stdout).toMatch(/sha256 equal: [0-9a-f]{64}\nhello: Firmata 2\.4\n$/)
  })

  it('says that it was interrupted, or unplugged, and exits with 1', { timeout: 60_000 }, async () => {
    const uno = await plugBootingUno()
    const run = startCli(flashOf(uno.path))
    await run.line(/^writing/)
    expect(await run.end('SIGINT')).toBe(1)
    expect(run.text()).toMatch(/flash\/interrupted: /)
    await uno.ready()
    const second = startCli(flashOf(uno.path))
    await second.line(/^writing/)
    await uno.unplug()
    await second.line(/^flash\/unplugged: /)
  })

  it('says that a bit of the flash does not take, with the way out, and flashes it where that has passed', {
    timeout: 120_000,
  }, async () => {
    const worn = await plugBootingUno()
    const image = bytesOf(firmataHex)
    const address = image.findIndex((byte, i) => i > 5_000 && (byte & 0x10) !== 0)
    worn.wear(address, 0x10)
    const { status, stdout, stderr } = await runCli([...flashOf(worn.path), '--json'])
    expect([status, JSON.parse(stdout).error]).toMatchObject([
      1,
      { code: 'flash/verify-failed', detail: `first at address ${address}` },
    ])
    expect(stderr).toMatch(/flash\/verify-failed: .*\n {2}next: Flash again .* the memory is worn/)
    worn.wear(address, 0)
    await worn.ready()
    const again = await runCli(flashOf(worn.path))
    expect([again.status, again.stdout]).toEqual([0, expect.stringMatching(/hello: Firmata 2\.4\n$/)])
  })

  it('leaves a chip alone that the board does not have', { timeout: 60_000 }, async () => {
    const uno = await plugBootingUno()
    const manifest = join(temporaryFolder(), 'mega.json')
    const mcu = { part: 'ATmega2560', signature: '1e9801' }
    const flash = { protocol: 'stk500v1', baud: 115_200, pageBytes: 128, maxBytes: 32_256 }
    writeFileSync(manifest, JSON.stringify({ id: 'mega', name: 'Mega', runtime: 'firmata', mcu, flash }))
    const { status, stdout } = await runCli([...flashOf(uno.path, firmataHex, manifest), '--json'])
    expect([status, JSON.parse(stdout).error]).toMatchObject([
      1,
      { code: 'flash/wrong-chip', detail: 'signature 1e950f; ATmega2560 has 1e9801' },
    ])
    await uno.ready()
    expect((await readByAvrdude(uno.path)).subarray(0, 128).every((byte) => byte === 0xff)).toBe(true)
  })
})

it('gives one document for one bad port', async () => {
  const hex = join(temporaryFolder(), 'one.hex')
  writeFileSync(hex, ':0100000000FF\n:00000001FF\n')
  const run = await runProgram(process.execPath, [cli, ...flashOf('/dev/absent', hex), '--json'])
  expect([run.status, JSON.parse(run.stdout).error.code]).toEqual([1, 'flash/no-port'])
})
