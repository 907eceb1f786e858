/** Where a gateway or device was asserted to stand. Centres enter as integers, since computing one from a cell needs libm. */
export type Place = {
  /** H3 index of resolution 12, 15 hex digits. */
  readonly cell: string
  /** Centre of that cell, in 1e-7 degrees. */
  readonly latE7: number
  readonly lngE7: number
  /** Antenna gain in 0.1 dBi. */
  readonly gainDdbi: number
}

/** What identifies a submission: the index of its report in the log, and its running number inside that report. */
type Submission = {
  readonly logIndex: number
  readonly item: number
  /** Key id of the sender, 16 hex digits. */
  readonly kid: string
  /** When the gateway received the report, in ms since 1970. */
  readonly receivedMs: number
  /** 16 hex digits, from the bytes on the air. */
  readonly beaconId: string
}

/** A beacon that the sender says it transmitted. Power in 0.1 dBm. */
export type BeaconEvidence = Submission & {
  readonly kind: 'beacon'
  readonly freqKhz: number
  readonly txDdbm: number
}

/** A beacon that the sender says it heard. RSSI in 0.1 dBm, SNR in 0.1 dB. */
export type WitnessEvidence = Submission & {
  readonly kind: 'witness'
  readonly rssiDdbm: number
  readonly snrDdb: number | null
  readonly freqKhz: number
  readonly dr: number
}

export type Evidence = BeaconEvidence | WitnessEvidence

/** Below 0 where `a` was received before `b`; the log's own order decides between equal times. */
export const compareReceipt = (a: Evidence, b: Evidence): number =>
  a.receivedMs - b.receivedMs || a.logIndex - b.logIndex || a.item - b.item
