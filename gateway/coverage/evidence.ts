/** Where a gateway or device was asserted to stand. Centres enter as integers, since computing one from a cell needs libm. */
export type Place = {
  /** H3 index of resolution 12, 15 hex digits. */
  readonly cell: string
  /** Centre of that cell, in 1e-7 degrees. */
  readonly latE7: number
  readonly lngE7: number
  /** Antenna gain in dBi. */
  readonly gainDbi: number
}

/** What a registry says of a key at one moment. What is absent is not judged. */
export type Hotspot = {
  /** Null where no place is asserted. */
  readonly place: Place | null
  /** Whether it may take part in proof of coverage. */
  readonly capable?: boolean
  /** Name of a radio region, such as EU868. */
  readonly region?: string
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

/** A beacon that the sender says it transmitted. */
export type BeaconEvidence = Submission & {
  readonly kind: 'beacon'
  readonly freqKhz: number
  readonly txDbm: number
  readonly region?: string
  /** When the entropy that it was made of was published, in ms since 1970. */
  readonly entropyMs?: number
  /** Whether nonce, bytes, channel, data rate and power are those that the gateway derives from the entropy. */
  readonly asDerived?: boolean
}

/** A beacon that the sender says it heard. Its id is the hash of the bytes, so other bytes are another beacon. */
export type WitnessEvidence = Submission & {
  readonly kind: 'witness'
  readonly rssiDbm: number
  readonly snrDb: number | null
  /** Null where the radio did not say: then that of the beacon is taken. */
  readonly freqKhz: number | null
}

export type Evidence = BeaconEvidence | WitnessEvidence

/** Below 0 where `a` was received before `b`; the log's own order decides between equal times. */
export const compareReceipt = (
  a: Pick<Submission, 'receivedMs' | 'logIndex' | 'item'>,
  b: Pick<Submission, 'receivedMs' | 'logIndex' | 'item'>,
): number => a.receivedMs - b.receivedMs || a.logIndex - b.logIndex || a.item - b.item
