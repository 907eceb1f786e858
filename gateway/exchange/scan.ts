import { statSync } from 'node:fs'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Ruleset } from '../coverage/index.ts'
import { withParameters } from '../coverage/index.ts'
import { openFirstBeacons } from './first-beacons.ts'
import type { Hotspots } from './hotspots.ts'
import { openHotspots } from './hotspots.ts'
import type { SubmissionLine } from './line.ts'
import { readLine } from './line.ts'
import type { Partition } from './partition.ts'
import { openPartition } from './partition.ts'
import { lineCharsMax, readLines } from './read-lines.ts'

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

/** Reads a file for exchange once, in whatever order its lines come. @param warn - told of each bad line. */
export const scanFile = async (
  path: string,
  profile: Ruleset,
  warn: (failure: Failure) => void,
): Promise<Result<Scan>> => {
  let ruleset = profile
  const hotspots = openHotspots()
  const firstBeacons = openFirstBeacons()
  const counts: Counts = { lines: 0, badLines: 0, hotspots: 0, beacons: 0, witnesses: 0 }
  let [fromMs, toMs] = [Infinity, -Infinity]
  let partition: Partition | null = null
  const bad = (why: string): void => {
    counts.badLines++
    warn({ code: 'exchange/bad-line', detail: `line ${counts.lines}: ${why}` })
  }
  const submit = (line: SubmissionLine, text: string, aside: Partition): void => {
    if (line.type === 'beacon') {
      counts.beacons++
      firstBeacons.add(line, counts.lines)
    } else counts.witnesses++
    fromMs = Math.min(fromMs, line.receivedMs)
    toMs = Math.max(toMs, line.receivedMs)
    aside.add(line.beacon, counts.lines, text)
  }
  const adjust = (document: Readonly<Record<string, unknown>>): void => {
    const changed = withParameters(ruleset, document)
    if (changed.ok) ruleset = changed.value
    else bad(changed.error.detail ?? '')
  }
  const take = (text: string, aside: Partition): void => {
    const read = readLine(text)
    if (!read.ok) bad(read.error.detail ?? '')
    else if (read.value.type === 'hotspot') {
      counts.hotspots++
      hotspots.add(read.value)
    } else if (read.value.type === 'ruleset') adjust(read.value.document)
    else if (read.value.type === 'unjudged') {
      bad(read.value.why)
      aside.add(read.value.beacon, counts.lines, text)
    } else if (read.value.type !== 'other') submit(read.value, text, aside)
  }
  try {
    partition = openPartition(statSync(path).size)
    for await (const lines of readLines(path)) {
      for (const text of lines) {
        counts.lines++
        if (text === null) bad(`over ${lineCharsMax} characters`)
        else if (text.trim() !== '') take(text, partition)
      }
    }
    return ok({ ruleset, hotspots, firstBeacons, partition, counts, fromMs, toMs })
  } catch (error) {
    partition?.close()
    return fail('exchange/unreadable', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
