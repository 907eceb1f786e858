import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { bootKey, fail, fromHex, ok, toHex } from '../../device-sdk/protocol/index.ts'
import type { HistoryAudit } from '../ownership/index.ts'
import { auditHistory } from '../ownership/index.ts'
import type { Store } from '../store/index.ts'
import { readStore } from '../store/index.ts'

type Audit = {
  /** Distinct reports that a PUBACK was received for. */
  readonly acknowledged: number
  readonly stored: number
  /** Acknowledged and not in the store with the same payload. */
  readonly lost: number
  /** Pairs that stand in the store more than once. */
  readonly twice: number
  readonly missing: readonly string[]
  /** Who owned which device: every signature recovered anew. */
  readonly history: HistoryAudit
}

const missingShown = 20

const readLine = (line: string): { kid: string; boot: string; seq: number; digest: string } | null => {
  try {
    const { kid, boot, seq, digest } = JSON.parse(line) as Record<string, unknown>
    const key =
      typeof boot === 'number' ? bootKey(boot) : typeof boot === 'string' && fromHex(boot)?.length === 8 ? boot : null
    if (typeof kid !== 'string' || key === null || typeof seq !== 'number' || typeof digest !== 'string') return null
    return { kid, boot: key, seq, digest }
  } catch {
    return null
  }
}

const auditStore = async (journals: readonly string[], store: Store): Promise<Result<Audit>> => {
  const seen = new Set<string>()
  const missing: string[] = []
  for (const journal of journals) {
    let number = 0
    try {
      for await (const line of createInterface({
        input: createReadStream(journal),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        number++
        const one = readLine(line)
        if (one === null) return fail('audit/bad-journal', `${journal} line ${number}`)
        const name = `${one.kid} ${one.boot} ${one.seq} ${one.digest}`
        if (seen.has(name)) continue
        seen.add(name)
        const entry = store.log.find(one.kid, one.boot, one.seq)
        if (entry === null || !toHex(entry.digest).startsWith(one.digest)) missing.push(name)
      }
    } catch (error) {
      return fail('audit/bad-journal', `${journal}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return ok({
    acknowledged: seen.size,
    stored: seen.size - missing.length,
    lost: missing.length,
    twice: store.log.twice(),
    missing: missing.slice(0, missingShown),
    history: auditHistory(store),
  })
}

/** Reads the store as it lies on disk, without the gateway: what it says does not depend on what the gateway believes. */
export const gatewayAudit = async (
  journals: readonly string[],
  options: { readonly data: string },
  console: Console,
): Promise<void> => {
  const store = readStore(options.data)
  const audit = store.ok ? await auditStore(journals, store.value) : store
  if (store.ok) store.value.close()
  if (audit.ok && audit.value.lost + audit.value.twice + audit.value.history.faults.length > 0) process.exitCode = 1
  console.finish(audit, ({ acknowledged, stored, lost, twice, missing, history }) => [
    `${acknowledged} acknowledged, ${stored} stored, ${lost} lost, ${twice} stored twice`,
    ...missing.map((name) => `  missing: ${name}`),
    `${history.changes} changes of devices, ${history.signatures} signatures recovered, ${history.faults.length} faults`,
    ...history.faults.map((fault) => `  fault: ${fault}`),
  ])
}
