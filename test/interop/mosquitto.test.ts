import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fromHex, kidOf, toHex } from '../../device-sdk/protocol/index.ts'
import { publicKeyOf, sha256 } from '../../device-sdk/signer/index.ts'
import { getJson, provision, runCli, runProgram, startGateway, temporaryFolder } from '../e2e/harness.ts'

it('mosquitto_pub publishes a message of wire sign with a token of wire connect, and is refused without it', async (context) => {
  const present = await runProgram('sh', ['-c', 'command -v mosquitto_pub'])
  if (present.status !== 0) context.skip('mosquitto_pub is missing; run: scripts/debian-packages.sh')
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const key = join(await provision(gateway.data, join(folder, 'device')), 'device.key')
  const { net, kid: gatewayKid, mqtt, http } = gateway.facts
  const secret = fromHex(readFileSync(key, 'utf8').trim()) as Uint8Array
  const kid = toHex(kidOf(publicKeyOf(secret), sha256))

  const payload = '8401001a6ab13b8084011908c019022719052d'
  const message = (
    await runCli(['wire', 'sign', '--key', key, '--net', String(net)], { input: `${payload}\n` })
  ).stdout.trim()
  const file = join(folder, 'message')
  writeFileSync(file, fromHex(message) as Uint8Array)
  const token = async (n: number): Promise<string> => {
    const args = [
      'wire',
      'connect',
      '--key',
      key,
      '--net',
      String(net),
      '--gateway',
      gatewayKid,
      '--boot',
      '1',
      '--n',
      String(n),
    ]
    return (await runCli(args)).stdout.trim()
  }
  const publish = (password: string) => {
    const { hostname, port } = new URL(mqtt)
    const topic = `hexfix/${net}/${kid}/report`
    const who = ['-i', kid, '-u', kid, '-P', password]
    return runProgram('mosquitto_pub', ['-h', hostname, '-p', port, '-q', '1', '-t', topic, '-f', file, ...who])
  }
  expect((await publish('')).status).not.toBe(0)
  expect((await publish('bm90IGEgdG9rZW4')).status).not.toBe(0)
  const good = await token(0)
  expect((await publish(good)).status).toBe(0)
  const { reports } = await getJson<{ reports: { kid: string; code: string }[] }>(`${http}/v1/reports`)
  expect(reports).toMatchObject([{ kid, code: 'accepted' }])
  // A token is good once.
  expect((await publish(good)).status).not.toBe(0)
  expect((await publish(await token(1))).status).toBe(0)
})
