import type { Console } from '../../bin/console/index.ts'
import type { Failure } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { examine } from '../doctor.ts'
import type { GatewayOptions } from '../gateway-client.ts'

export const doctor = async (options: GatewayOptions & { readonly dir: string }, console: Console): Promise<void> => {
  const findings = await examine(options)
  const failures = findings.map((finding) => finding.failure).filter((failure): failure is Failure => failure !== null)
  for (const failure of failures) console.warn(failure)
  if (failures.length > 0) process.exitCode = 1
  console.finish(ok({ ok: failures.length === 0, findings }), () =>
    findings.map(({ name, detail, failure }) => `${failure === null ? 'ok  ' : 'FAIL'}  ${name.padEnd(12)} ${detail}`),
  )
}
