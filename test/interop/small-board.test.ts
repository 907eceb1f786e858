import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openEmulator } from '../../scripts/native/emulator.ts'
import { code, table } from '../device-sdk/espruino/native/fixtures.ts'
import { changeRelay, provisionedBoard, startRelay } from '../device-sdk/node/boards.ts'
import { keyOf, provisioned } from '../device-sdk/node/parts.ts'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { root, runProgram } from '../e2e/harness.ts'
import { plugNativeBoard } from '../emulators/small-board/native.ts'
import { plugWeatherBoard } from '../emulators/small-board/plug.ts'
import { atEnd } from '../gateway/harness.ts'
import { call, startTestGateway } from '../gateway/running.ts'

const python = '/usr/bin/python3'

it.skipIf(noSocat !== null)(
  `what a small board signed, in JavaScript or in machine code, the gateway accepts and python3-cryptography verifies ${noSocat ?? ''}`,
  { timeout: 90_000 },
  async (context) => {
    const libraries = await runProgram(python, ['-c', 'import cbor2, cryptography'])
    if (libraries.status !== 0) context.skip('Python libraries are missing; run: scripts/debian-packages.sh')
    const emulator = openEmulator(code, table)
    atEnd(emulator.close)
    const gateway = await startTestGateway()
    const native = await plugNativeBoard(emulator)
    const boards = [await plugWeatherBoard(), native.board]
    const dir = await provisioned(gateway)
    const kids: string[] = []
    for (const board of boards) {
      const kid = await provisionedBoard(gateway, board)
      await changeRelay(gateway, 'PUT', kid, keyOf(dir).kid)
      kids.push(kid)
    }
    const signed = native.signatures()
    const paths = boards.map(({ path }) => path)
    const relay = await startRelay(dir, paths)
    const accepted = new Map<string, number | null | undefined>()
    while (accepted.size < boards.length) {
      const { kid, verdict, logIndex } = await relay.next('relay/receipt')
      expect(verdict).toBe(0)
      accepted.set(kid, logIndex)
    }
    expect(native.signatures()).toBeGreaterThan(signed)
    for (const kid of kids) {
      const { json } = await call(`${gateway.http}/v1/reports/${accepted.get(kid)}`)
      expect(json).toMatchObject({ kid, code: 'accepted' })
      const check = (row: object) => runProgram(python, [join(root, 'docs/verify.py')], { input: JSON.stringify(row) })
      expect((await check(json)).stdout).toContain(`verified: device ${kid}`)
      const spoilt = json.message.replace(/..$/, (last: string) => (last === '00' ? '01' : '00'))
      expect((await check({ ...json, message: spoilt })).stderr).toContain('refused: InvalidSignature')
    }
  },
)
