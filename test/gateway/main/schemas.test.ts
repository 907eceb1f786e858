import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fromHex, verifySchema } from '../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { gatewaySchema } from '../../../gateway/cli/schema.ts'
import { testFolder } from '../harness.ts'
import { net, signReport, someTimeS, testKey } from '../keys.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const soil = {
  id: 1024,
  name: 'soil',
  fields: [
    ['moisture', '%', -1],
    ['pressure', 'Pa', 0, 100_000],
  ],
}
const reading = { type: 'sensor', schema: 1024, stepsS: [], columns: [[315], [1325]] } as const
const post = ({ http, token }: TestGateway, body: unknown) =>
  call(`${http}/v1/schemas`, 'POST', { token, body: JSON.stringify(body) })

/** What the command printed for people, or the code it failed with. */
const runCommand = async (file: string, data: string): Promise<string> => {
  let said = ''
  const finish = <T>(result: Result<T>, human: (value: T) => readonly string[]): void => {
    said = result.ok ? human(result.value).join('\n') : result.error.code
  }
  await gatewaySchema(file, { data }, { json: false, say: () => {}, warn: () => {}, finish })
  return said
}

describe("a schema of the network's own", () => {
  it('is unknown to reports until the operator adds it, and known after a restart', async () => {
    const data = testFolder()
    const gateway = await startTestGateway(data)
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    const send = async (seq: number, blocks: readonly (typeof reading)[] = [reading]) => {
      await device.publish(signReport(key, { seq, blocks }))
      return (await device.receipt())[0]?.verdict
    }
    expect(await send(0)).toBe(9)
    expect((await post(gateway, soil)).status).toBe(201)
    expect(await send(1)).toBe(0)
    expect(await send(2, [{ ...reading, columns: [[1], [2], [3]] } as never])).toBe(10)
    const { json } = await call(`${gateway.http}/v1/latest`)
    expect(json.latest).toMatchObject([
      {
        schema: 'soil',
        values: [
          { name: 'moisture', unit: '%', value: 31.5 },
          { name: 'pressure', unit: 'Pa', value: 101_325 },
        ],
      },
    ])
    const shown = (await call(`${gateway.http}/v1/reports/2`)).json
    expect(shown.report.blocks).toMatchObject([{ schema: 'soil', last: [{ value: 31.5 }, { value: 101_325 }] }])
    const senml = await call(`${gateway.http}/v1/reports/2/senml`)
    expect(JSON.parse(senml.bytes.toString())).toEqual([
      { bn: `hexfix:${net}:${key.kid}:`, bt: someTimeS, n: 'moisture', u: '%', v: 31.5 },
      { n: 'pressure', u: 'Pa', v: 101_325 },
    ])
    await gateway.close()
    const again = await startTestGateway(data)
    const after = await connectDevice(again, key, 2)
    await after.publish(signReport(key, { boot: 2, seq: 0, blocks: [reading] }))
    expect((await after.receipt())[0]).toMatchObject({ verdict: 0 })
  })

  it('is listed with all that a stranger needs to verify it', async () => {
    const gateway = await startTestGateway()
    const added = await post(gateway, soil)
    const { json } = await call(`${gateway.http}/v1/schemas`)
    expect(json.schemas.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 1024])
    expect(json.schemas[5]).toEqual(added.json)
    const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)
    const facts = (await call(`${gateway.http}/v1/gateway`)).json
    const signed = { document: bytes(added.json.document), signature: bytes(added.json.signature) }
    expect(verifySchema(signed, net, bytes(facts.publicKey), sha256, nobleVerify)).toEqual({ ok: true, value: soil })
  })

  it('is added by the holder of the token alone, once, and in good form', async () => {
    const gateway = await startTestGateway()
    const without = await call(`${gateway.http}/v1/schemas`, 'POST', { body: JSON.stringify(soil) })
    expect([without.status, without.json.error.code]).toEqual([401, 'api/unauthorised'])
    expect((await post(gateway, soil)).status).toBe(201)
    expect((await post(gateway, soil)).status).toBe(201)
    const other = await post(gateway, { ...soil, fields: [['moisture', '%', 0]] })
    expect([other.status, other.json.error.code]).toEqual([409, 'schema/taken'])
    for (const body of [{ ...soil, id: 1 }, { id: 1025 }, [], null, 7]) {
      const bad = await post(gateway, body)
      expect([bad.status, bad.json.error.code]).toEqual([400, 'schema/malformed'])
    }
    const noJson = await call(`${gateway.http}/v1/schemas`, 'POST', { token: gateway.token, body: '{' })
    expect(noJson.json.error.code).toBe('api/bad-request')
  })

  it('is added from a file by `hexfix gw schema`', async () => {
    const data = testFolder()
    const file = join(data, 'soil.json')
    writeFileSync(file, JSON.stringify(soil))
    expect(await runCommand(file, data)).toBe('gateway/not-running')
    const gateway = await startTestGateway(data)
    expect(await runCommand(file, data)).toContain('schema 1024 soil, 2 fields')
    expect((await call(`${gateway.http}/v1/schemas`)).json.schemas).toHaveLength(6)
    writeFileSync(file, JSON.stringify({ ...soil, name: 'earth' }))
    expect(await runCommand(file, data)).toBe('schema/taken')
    writeFileSync(file, JSON.stringify({ ...soil, id: 5 }))
    expect(await runCommand(file, data)).toBe('schema/malformed')
    writeFileSync(file, '{')
    expect(await runCommand(file, data)).toBe('schema/malformed')
    expect(await runCommand(join(data, 'absent.json'), data)).toBe('schema/malformed')
    writeFileSync(file, JSON.stringify(soil))
    await gateway.close()
    writeFileSync(join(data, 'run.json'), JSON.stringify({ http: 'http://127.0.0.1:1' }))
    expect(await runCommand(file, data)).toBe('gateway/unreachable')
  })
})
