import { createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Ruleset } from '../coverage/index.ts'
import { withParameters } from '../coverage/index.ts'
import { openFirstBeacons } from './first-beacons.ts'
import type { Hotspots } from './hotspots.ts'
import { openHotspots } from './hotspots.ts'
import { readLine } from './line.ts'
import type { Partition } from './partition.ts'
import { openPartition } from './partition.ts'

type Counts = { lines: number; badLines: number; hotspots: number; beacons: number; witnesses: number }

/** What one reading of a file gives: the tables, and its submissions put aside by beacon. */
export type Scan = {
  readonly ruleset: Ruleset
  readonly hotspots: Hotspots
  readonly firstBeacons: ReturnType<typeof openFirstBeacons>
  readonly partition: Partition
  readonly counts: Readonly<Counts>
  /** Of the earliest and the latest submission. */
  readonly fromMs: number
  readonly toMs: number
}

/** A longer line is none of ours, and reading it whole would be the sender's way to our memory. */
const lineCharsMax = 1_048_576

/** Reads a file for exchange once, in whatever order its lines come. @param warn - told of each bad line. */
export const scanFile = async (
  path: string,
  profile: Ruleset,
  warn: (failure: Failure) => void,
): Promise<Result<Scan>> => {
  let ruleset = profile
  const hotspots = openHotspots(() => ruleset)
  const firstBeacons = openFirstBeacons()
  const counts: Counts = { lines: 0, badLines: 0, hotspots: 0, beacons: 0, witnesses: 0 }
  let [fromMs, toMs] = [Infinity, -Infinity]
  let partition: Partition | null = null
  const bad = (why: string): void => {
    counts.badLines++
    warn({ code: 'exchange/bad-line', detail: `line ${counts.lines}: ${why}` })
  }
  const take = (text: string, aside: Partition): void => {
    if (text.length > lineCharsMax) return bad(`over ${lineCharsMax} characters`)
    const read = readLine(text)
    if (!read.ok) return bad(read.error.detail ?? '')
    const line = read.value
    switch (line.type) {
      case 'hotspot':
        counts.hotspots++
        return hotspots.add(line)
      case 'ruleset': {
        const changed = withParameters(ruleset, line.document)
        if (!changed.ok) return bad(changed.error.detail ?? '')
        ruleset = changed.value
        return
      }
      case 'unjudged':
        bad(line.why)
        return aside.add(line.beacon, counts.lines, text)
      case 'other':
        return
      default:
        if (line.type === 'beacon') {
          counts.beacons++
          firstBeacons.add(line, counts.lines)
        } else counts.witnesses++
        fromMs = Math.min(fromMs, line.receivedMs)
        toMs = Math.max(toMs, line.receivedMs)
        return aside.add(line.beacon, counts.lines, text)
    }
  }
  try {
    partition = openPartition(statSync(path).size)
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
    for await (const text of lines) {
      counts.lines++
      if (text.trim() !== '') take(text, partition)
    }
    return ok({ ruleset, hotspots, firstBeacons, partition, counts, fromMs, toMs })
  } catch (error) {
    partition?.close()
    return fail('exchange/unreadable', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
