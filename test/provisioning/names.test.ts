import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Console } from '../../bin/console/index.ts'
import { fromHex, wordsOf } from '../../device-sdk/protocol/index.ts'
import { listDevices, showDevice } from '../../provisioning/cli/devices.ts'
import { provision } from '../../provisioning/cli/provision.ts'
import { testFolder } from '../gateway/harness.ts'
import { startTestGateway } from '../gateway/running.ts'

it('a device is called by its words when it is made, listed and shown', async () => {
  const data = testFolder()
  await startTestGateway(data)
  const said: string[] = []
  let made: Readonly<Record<string, unknown>> = {}
  const console: Console = {
    json: false,
    say: () => {},
    warn: () => {},
    finish: (result, human) => {
      if (!result.ok) throw new Error(result.error.code)
      made = result.value as typeof made
      said.push(human(result.value).join('\n'))
    },
  }
  await provision({ data, dir: join(data, 'porch'), name: 'porch', gain: '0', owner: false, ownerKey: '' }, console)
  const kid = String(made.kid)
  const words = wordsOf(fromHex(kid) ?? new Uint8Array(8))
  await listDevices({ data }, console)
  await showDevice(kid, { data }, console)
  expect(said).toHaveLength(3)
  for (const text of said) expect(text).toContain(words)
  expect(said[2]).toMatch(/^did +did:key:zQ3sh/m)
  expect(said[2]).toMatch(/^address +0x[0-9a-fA-F]{40}$/m)
  expect(said[2]).toMatch(new RegExp(`^qr +HEXFIX:1/${kid.toUpperCase()}/[A-Z2-7]{53}$`, 'm'))
})
