import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics, units in their names. */
export const openMetrics = (facts: { readonly verifier: string; readonly store: string }) => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({ name: 'hexfix_info', help: 'What runs', labelNames: ['verifier', 'store'], registers }).set(
    { ...facts },
    1,
  )
  const devices = new Gauge({ name: 'hexfix_devices', help: 'Devices by status', labelNames: ['status'], registers })
  const updates = new Gauge({
    name: 'hexfix_updates',
    help: 'Updates of devices by board, firmware and how far they came',
    labelNames: ['board', 'firmware', 'stage'],
    registers,
  })
  return {
    updatesAre: (
      all: readonly { readonly board: string; readonly firmware: number; readonly stage: string }[],
    ): void => {
      updates.reset()
      for (const { board, firmware, stage } of all) updates.inc({ board, firmware, stage })
    },
    /** Counts devices as they are now. */
    devicesAre: (all: readonly { readonly status: string }[]): void => {
      devices.reset()
      for (const { status } of all) devices.inc({ status })
    },
    deviceChanges: new Counter({
      name: 'hexfix_device_changes_total',
      help: 'Changes of devices and of their owners',
      labelNames: ['event'],
      registers,
    }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    reports: new Counter({ name: 'hexfix_reports_total', help: 'Reports by verdict', labelNames: ['code'], registers }),
    connects: new Counter({
      name: 'hexfix_connects_total',
      help: 'MQTT connects by outcome',
      labelNames: ['code'],
      registers,
    }),
    refusals: new Counter({
      name: 'hexfix_refusals_total',
      help: 'Refused packets and connections',
      labelNames: ['code'],
      registers,
    }),
    receipts: new Counter({ name: 'hexfix_receipts_total', help: 'Signed receipts sent', registers }),
    times: new Counter({
      name: 'hexfix_time_requests_total',
      help: 'Time requests over MQTT by outcome',
      labelNames: ['code'],
      registers,
    }),
    results: new Counter({
      name: 'hexfix_command_results_total',
      help: 'Results of commands by outcome',
      labelNames: ['code'],
      registers,
    }),
    connections: new Gauge({ name: 'hexfix_connections', help: 'Open device connections', registers }),
    logIndex: new Gauge({ name: 'hexfix_log_index', help: 'Newest index of the log', registers }),
    workers: new Gauge({
      name: 'hexfix_verify_workers',
      help: 'Threads that stand ready to check signatures',
      registers,
    }),
    insecure: new Gauge({ name: 'hexfix_insecure_ports', help: 'Ports off loopback without TLS', registers }),
    tlsEnd: new Gauge({
      name: 'hexfix_tls_not_after_seconds',
      help: 'Unix time at which the certificate ends; 0 without one',
      registers,
    }),
    batch: new Histogram({
      name: 'hexfix_batch_reports',
      help: 'Reports committed together',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof openMetrics>
