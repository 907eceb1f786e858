import type { Row, Sqlite } from './sqlite.ts'
import { int, intOrNull, text, textOrNull } from './sqlite.ts'

/**
 * A closed epoch: the part of the log that it judged (`logFrom`, `logTo`], how far it counted consumption, and what it paid.
 * Amounts are decimal strings.
 */
export type EpochRow = {
  readonly epoch: number
  readonly logFrom: number
  readonly logTo: number
  readonly consumedTo: number
  readonly closedMs: number
  readonly ruleset: string
  readonly root: string
  /** What was to be paid; what is paid and carried over are this. */
  readonly budget: string
  /** The schedule by which money was issued; null where an epoch was granted a fixed amount. */
  readonly emission: Emission | null
  /** What of the emission no pool is named for. */
  readonly unissued: string
  readonly paid: string
  readonly carried: string
}
/** E(e) = first >> floor(e / halvingEpochs), where the first epoch of the store is epoch 0. */
export type Emission = { readonly first: string; readonly halvingEpochs: number }
export type VerdictRow = {
  readonly epoch: number
  readonly logIndex: number
  readonly item: number
  readonly kind: string
  readonly kid: string
  readonly beaconId: string
  readonly code: string
  readonly rule: string | null
  readonly measured: number | null
  readonly threshold: number | null
  readonly unit: string | null
}
export type ShareRow = {
  readonly epoch: number
  readonly index: number
  readonly kid: string
  readonly address: string
  readonly points: string
  readonly amount: string
}

const emissionOf = (row: Row): Emission | null => {
  const [first, halvingEpochs] = [textOrNull(row, 'first_emission'), intOrNull(row, 'halving_epochs')]
  return first === null || halvingEpochs === null ? null : { first, halvingEpochs }
}

const epochOf = (row: Row): EpochRow => ({
  epoch: int(row, 'epoch'),
  logFrom: int(row, 'log_from'),
  logTo: int(row, 'log_to'),
  consumedTo: int(row, 'consumed_to'),
  closedMs: int(row, 'closed_ms'),
  ruleset: text(row, 'ruleset'),
  root: text(row, 'root'),
  budget: text(row, 'budget'),
  emission: emissionOf(row),
  unissued: text(row, 'unissued'),
  paid: text(row, 'paid'),
  carried: text(row, 'carried'),
})

const verdictOf = (row: Row): VerdictRow => ({
  epoch: int(row, 'epoch'),
  logIndex: int(row, 'log_index'),
  item: int(row, 'item'),
  kind: text(row, 'kind'),
  kid: text(row, 'kid'),
  beaconId: text(row, 'beacon'),
  code: text(row, 'code'),
  rule: textOrNull(row, 'rule'),
  measured: intOrNull(row, 'measured'),
  threshold: intOrNull(row, 'threshold'),
  unit: textOrNull(row, 'unit'),
})

const shareOf = (row: Row): ShareRow => ({
  epoch: int(row, 'epoch'),
  index: int(row, 'place'),
  kid: text(row, 'kid'),
  address: text(row, 'address'),
  points: text(row, 'points'),
  amount: text(row, 'amount'),
})

export type EpochTable = ReturnType<typeof epochTable>

export const epochTable = (sqlite: Sqlite) => {
  const insert = sqlite.prepare(
    `INSERT INTO epochs (epoch, log_from, log_to, consumed_to, closed_ms, ruleset, root, budget, first_emission, halving_epochs,
    unissued, paid, carried) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertVerdict = sqlite.prepare(
    'INSERT INTO verdicts (epoch, log_index, item, kind, kid, beacon, code, rule, measured, threshold, unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertShare = sqlite.prepare(
    'INSERT INTO shares (epoch, place, kid, address, points, amount) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const newest = sqlite.prepare('SELECT * FROM epochs ORDER BY epoch DESC LIMIT ?')
  const until = sqlite.prepare('SELECT epoch FROM epochs WHERE epoch <= ? ORDER BY epoch')
  const oldest = sqlite.prepare('SELECT min(epoch) AS epoch FROM epochs')
  const byNumber = sqlite.prepare('SELECT * FROM epochs WHERE epoch = ?')
  const verdicts = sqlite.prepare('SELECT * FROM verdicts WHERE epoch = ? ORDER BY log_index, item')
  const verdictsOfReport = sqlite.prepare('SELECT * FROM verdicts WHERE log_index = ? ORDER BY epoch, item')
  const before = sqlite.prepare('SELECT * FROM epochs WHERE epoch < ? ORDER BY epoch DESC LIMIT 1')
  // Once for each pair of hotspots and direction: the beacon and who says to have heard it.
  const heard = sqlite.prepare(
    `SELECT DISTINCT beacon.kid AS sender, witness.kid AS hearer FROM verdicts AS witness
    JOIN verdicts AS beacon ON beacon.beacon = witness.beacon AND beacon.kind = 'beacon'
    WHERE witness.kind = 'witness' AND witness.code = 'accepted' AND witness.epoch >= ? AND beacon.epoch >= ?
    AND (beacon.kid = ? OR witness.kid = ?) ORDER BY sender, hearer`,
  )
  const codesOfDevice = sqlite.prepare(
    'SELECT kind, code, count(*) AS n FROM verdicts WHERE epoch >= ? AND kid = ? GROUP BY kind, code ORDER BY kind, code',
  )
  const verdictTotals = sqlite.prepare('SELECT code, count(*) AS n FROM verdicts GROUP BY code ORDER BY code')
  const shares = sqlite.prepare('SELECT * FROM shares WHERE epoch = ? ORDER BY place')
  return {
    close: (epoch: EpochRow, judged: readonly VerdictRow[], paid: readonly ShareRow[]): void =>
      sqlite.transaction(() => {
        const { logFrom, logTo, consumedTo, closedMs, ruleset, root, budget, emission, unissued, carried } = epoch
        const judgedBy = [epoch.epoch, logFrom, logTo, consumedTo, closedMs, ruleset, root]
        const issued = [emission?.first ?? null, emission?.halvingEpochs ?? null, unissued]
        insert.run([...judgedBy, budget, ...issued, epoch.paid, carried])
        for (const one of judged) {
          const what = [one.epoch, one.logIndex, one.item, one.kind, one.kid, one.beaconId]
          insertVerdict.run([...what, one.code, one.rule, one.measured, one.threshold, one.unit])
        }
        for (const one of paid) insertShare.run([one.epoch, one.index, one.kid, one.address, one.points, one.amount])
      }),
    newest: (limit: number): EpochRow[] => newest.all([limit]).map(epochOf),
    /** Numbers of all closed epochs up to this one, the oldest first. */
    until: (epoch: number): number[] => until.all([epoch]).map((row) => int(row, 'epoch')),
    /** The first epoch that was closed; null before that. */
    oldest: (): number | null => intOrNull(oldest.get([]) ?? { epoch: null }, 'epoch'),
    at: (epoch: number): EpochRow | null => {
      const row = byNumber.get([epoch])
      return row === undefined ? null : epochOf(row)
    },
    verdicts: (epoch: number): VerdictRow[] => verdicts.all([epoch]).map(verdictOf),
    /** What became of each submission of one report. */
    verdictsOfReport: (logIndex: number): VerdictRow[] => verdictsOfReport.all([logIndex]).map(verdictOf),
    /** The last epoch that was closed before this one; null where there is none. */
    before: (epoch: number): EpochRow | null => {
      const row = before.get([epoch])
      return row === undefined ? null : epochOf(row)
    },
    /** Pairs that heard each other validly, of which this device is one, in epochs from `from` on. */
    heard: (kid: string, from: number): { sender: string; hearer: string }[] =>
      heard.all([from, from, kid, kid]).map((row) => ({ sender: text(row, 'sender'), hearer: text(row, 'hearer') })),
    codesOfDevice: (kid: string, from: number): { kind: string; code: string; n: number }[] =>
      codesOfDevice
        .all([from, kid])
        .map((row) => ({ kind: text(row, 'kind'), code: text(row, 'code'), n: int(row, 'n') })),
    verdictTotals: (): Record<string, number> =>
      Object.fromEntries(verdictTotals.all([]).map((row) => [text(row, 'code'), int(row, 'n')])),
    shares: (epoch: number): ShareRow[] => shares.all([epoch]).map(shareOf),
  }
}
