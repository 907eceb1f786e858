import { describe, expect, it } from 'vitest'
import { forged, signReport, testKey } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

/** Name and type of each metric family, and the value of each line (Prometheus text format 0.0.4). */
const read = async (http: string) => {
  const { bytes, headers } = await call(`${http}/metrics`)
  const lines = bytes.toString().split('\n')
  const types = new Map(
    lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.slice(7).split(' ') as [string, string]),
  )
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const values = new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
  return { types, values, contentType: headers.get('content-type') }
}

const units =
  /_(total|seconds|bytes|reports|info|index|connections|devices|updates|ports|workers|fds|handles|requests|resources)$/

describe('/metrics', () => {
  it('names every metric with its unit, and counters with _total', async () => {
    const { http } = await startTestGateway()
    const { types, contentType } = await read(http)
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/)
    const own = [...types].filter(([name]) => name.startsWith('hexfix_'))
    expect(own.map(([name]) => name).sort()).toEqual([
      'hexfix_batch_reports',
      'hexfix_command_results_total',
      'hexfix_connections',
      'hexfix_connects_total',
      'hexfix_device_changes_total',
      'hexfix_devices',
      'hexfix_info',
      'hexfix_insecure_ports',
      'hexfix_log_index',
      'hexfix_receipts_total',
      'hexfix_refusals_total',
      'hexfix_reports_total',
      'hexfix_time_requests_total',
      'hexfix_tls_not_after_seconds',
      'hexfix_updates',
      'hexfix_verify_workers',
    ])
    for (const [name, type] of own) {
      expect(name).toMatch(units)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
    }
  })

  it('tells what happened, and what is now', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    await device.publish(signReport(key, { seq: 0 }))
    await device.publish(signReport(key, { seq: 0 }))
    await device.publish(forged(signReport(key, { seq: 1 })))
    const { values } = await read(gateway.http)
    expect(values.get('hexfix_reports_total{code="accepted"}')).toBe(1)
    expect(values.get('hexfix_reports_total{code="report/replay"}')).toBe(1)
    expect(values.get('hexfix_reports_total{code="sign1/bad-signature"}')).toBe(1)
    expect(values.get('hexfix_receipts_total')).toBe(3)
    expect(values.get('hexfix_connections')).toBe(1)
    expect(values.get('hexfix_log_index')).toBe(1)
    expect(values.get('hexfix_batch_reports_count')).toBe(3)
    expect(values.get(`hexfix_info{verifier="${gateway.verifier}",store="sqlite"}`)).toBe(1)
  })

  it('names no device: a label for each would have no end', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    await (await connectDevice(gateway, key)).publish(signReport(key, { seq: 0 }))
    const { bytes } = await call(`${gateway.http}/metrics`)
    expect(bytes.toString()).not.toContain(key.kid)
  })
})
