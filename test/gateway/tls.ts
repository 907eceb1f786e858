import { certify } from '../../gateway/edge/index.ts'
import { must, testFolder } from './harness.ts'
import type { TestGateway } from './running.ts'
import { startTestGateway } from './running.ts'

export const loopbackNames = ['localhost', '127.0.0.1', '::1']

/** A folder in which `hexfix gw cert` has been. */
export const certifiedFolder = (data = testFolder()): string => {
  must(certify(data, loopbackNames, Date.now()))
  return data
}

export type TlsFlags = Parameters<typeof startTestGateway>[1]

/** A gateway that listens with TLS too, on free ports of loopback. */
export const startTlsGateway = (data = certifiedFolder(), flags: TlsFlags = []): Promise<TestGateway> =>
  startTestGateway(data, [[['mqtts', 'port'], '0'], [['https', 'port'], '0'], ...flags])
