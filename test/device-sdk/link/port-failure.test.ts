import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { portFailure } from '../../../device-sdk/link/index.ts'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { noSocat, openedSpec, plug, portPath, said } from '../sensors/serial.ts'

const folder = mkdtempSync(join(tmpdir(), 'hexfix-failure-'))
afterAll(() => rmSync(folder, { recursive: true }))

const failureAt = async (path: string, message: string): Promise<Failure> => {
  const failure = await portFailure(path, new Error(message))
  if (failure.ok) throw new Error('no failure')
  return failure.error
}

describe('a port that does not open', () => {
  it('is not there', async () => {
    const path = join(folder, 'absent')
    expect(await failureAt(path, 'No such file or directory')).toEqual({ code: 'sensor/no-port', detail: path })
    writeFileSync(join(folder, 'file'), '')
    expect(await failureAt(join(folder, 'file/tty'), '')).toMatchObject({ code: 'sensor/no-port' })
  })

  it.each(['nmea:', 'firmata:bme280:', 'firmata:ina219:', 'modbus:sdm120:'])('is not there for %s', async (kind) => {
    const path = join(folder, 'absent')
    expect(await said(await openedSpec(`${kind}${path}`))).toEqual({ code: 'sensor/no-port', detail: path })
  })

  it('is no serial port', async () => {
    expect(await said(await openedSpec('nmea:/dev/null'))).toMatchObject({
      code: 'sensor/port-failed',
      detail: expect.stringContaining('/dev/null: '),
    })
  })

  it('belongs to a group that this user is not in, and the group is named', async () => {
    const path = join(folder, 'tty')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, '')
    const root = process.getuid?.() === 0
    // Debian's dialout, which owns serial ports.
    if (root) chownSync(path, 0, 20)
    chmodSync(path, 0)
    chmodSync(folder, 0o755)
    // Root may open everything, so a test that runs as root is somebody else for a moment.
    if (root) process.seteuid?.(65_534)
    try {
      const detail = root ? `${path} belongs to the group dialout` : expect.stringContaining('belongs to the group')
      expect(await failureAt(path, 'Permission denied')).toEqual({ code: 'sensor/no-permission', detail })
    } finally {
      if (root) process.seteuid?.(0)
    }
  })

  it.skipIf(noSocat !== null)('is held by another, who is named', async () => {
    const pty = await plug(portPath())
    const holder = await openedSpec(`nmea:${pty.path}`)
    const reading = said(holder)
    pty.write('\r\n')
    const busy = async () => said(await openedSpec(`modbus:sdm120:${pty.path}`))
    let answer = await busy()
    while (!('code' in answer) || answer.code !== 'sensor/port-busy') answer = await busy()
    expect(answer.detail).toMatch(new RegExp(`${pty.path} is held by \\S.* \\(${process.pid}\\)`))
    await holder.close()
    await reading
  })
})
