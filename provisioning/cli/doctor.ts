import type { Console } from '../../bin/console/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import type { GatewayOptions } from '../gateway-client.ts'

const nameWidth = 10

const lines = ({ name, detail, failure, advice }: Finding): string[] => {
  const state = failure !== null ? 'FAIL' : advice !== null ? 'note' : 'ok  '
  const line = `${state}  ${name.padEnd(nameWidth)}  ${detail}`
  return advice === null ? [line] : [line, `${' '.repeat(nameWidth + 8)}${advice}`]
}

export const doctor = async (options: GatewayOptions & { readonly dir: string }, console: Console): Promise<void> => {
  const findings = await examine(options)
  const failures = findings.flatMap(({ failure }) => (failure === null ? [] : [failure]))
  console.finish(ok({ ok: failures.length === 0, findings }), () => findings.flatMap(lines))
  for (const failure of failures) console.warn(failure)
  if (failures.length > 0) process.exitCode = 1
}
