import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTrustFile } from '../../../device-sdk/link/index.ts'
import { openReporter } from '../../../device-sdk/node/reporter.ts'
import { openGatewayClient } from '../../../provisioning/gateway-client.ts'
import { provisionLocal } from '../../../provisioning/provision.ts'
import { codeOf, must } from '../../gateway/harness.ts'
import { startTestGateway } from '../../gateway/running.ts'
import { keyOf, provisioned } from './parts.ts'

it('a key file with one wrong digit holds another key: it signs nothing, and is not registered in its place', async () => {
  const gateway = await startTestGateway()
  const dir = await provisioned(gateway)
  expect(must(readTrustFile(dir)).kid).toBe(keyOf(dir).kid)
  const path = join(dir, 'device.key')
  const key = readFileSync(path, 'utf8')
  const digit = key[20] === '1' ? '2' : '1'
  writeFileSync(path, `${key.slice(0, 20)}${digit}${key.slice(21)}`)
  expect(codeOf(await openReporter({ dir }))).toBe('device/other-key')
  const client = must(openGatewayClient({ data: gateway.data }))
  expect(codeOf(await provisionLocal(client, { dir, softwareVersion: '0' }))).toBe('device/other-key')
  writeFileSync(path, key)
  const reporter = must(await openReporter({ dir }))
  await reporter.close()
})
