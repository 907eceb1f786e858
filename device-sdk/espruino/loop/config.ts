/** What is baked into the bundle of one board. The build checks it: a board carries no schema library. */
export type BoardConfig = {
  readonly app: string
  /** The id of its manifest. */
  readonly board: string
  /** Sequence of this firmware. */
  readonly firmware: number
  /** Seconds from one reading to the next. */
  readonly everyS: number
  /** Readings in a message, 1 to 60: each message costs one signature. */
  readonly batch: number
  /** What `random.ts` takes a key from. */
  readonly random: RandomSource
  /** Bytes of flash for reports that wait. */
  readonly outboxBytes: number
  /** A build for development: the console can be had. Never in a place where somebody else reaches the board. */
  readonly open: boolean
}

/**
 * nrf52: the random number generator of the chip, by `E.hwRand`. stm32f4: noise of the converter, by `E.hwRand`, much of it hashed,
 * since F401 and F411 have no generator. esp32: the register of its generator. linux: the system's. See docs/boards.md.
 */
export type RandomSource = 'nrf52' | 'stm32f4' | 'esp32' | 'linux'
