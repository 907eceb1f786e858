import type { BoardConfig } from './config.ts'
import { nowMs } from './firmware.ts'
import type { BoardLink, Loop, LoopCrypto, MoreHeartbeat } from './loop.ts'
import { setEvery } from './loop.ts'
import { openBoard } from './open-board.ts'
import { openOutbox } from './outbox.ts'
import { pump } from './pump.ts'
import { sample } from './sample.ts'
import type { BoardSensor } from './sensor.ts'
import type { OpenUpdate } from './update.ts'
import { updateHost } from './update-host.ts'

export type StartOptions = {
  readonly config: BoardConfig
  readonly crypto: LoopCrypto
  /** The first one that is up carries the messages. */
  readonly links: readonly BoardLink[]
  readonly sensors: readonly BoardSensor[]
  readonly heartbeat?: MoreHeartbeat
  /** Where the board has places for firmware: `firmwarePlaces`. */
  readonly update?: OpenUpdate | undefined
  /** Shows which board this is: a blinking light. */
  readonly identify?: () => void
}

const pumpMs = 5_000
const never = Number.NEGATIVE_INFINITY

/** Runs a board: samples, signs, keeps, delivers. Returns at once; all that follows is timers and what the links bring. */
export const startDevice = (options: StartOptions): void => {
  const config = options.config
  const startMs = nowMs()
  const board = openBoard(config, options.crypto)
  const ended = openOutbox(config.outboxBytes).newest()
  const loop: Loop = {
    board,
    checks: options.crypto.checks,
    uplinks: [],
    sensors: options.sensors,
    heartbeat: options.heartbeat === undefined ? null : options.heartbeat,
    identify: options.identify === undefined ? null : options.identify,
    clock: { startMs, unixAtZeroMs: null, setMs: 0, errorMs: 0 },
    rows: { count: 0, busy: false, times: new Float64Array(config.batch), cells: options.sensors.map(() => []) },
    sampling: undefined,
    unsigned: [],
    signing: false,
    proof: null,
    pulse: { ms: never, dropped: 0 },
    asked: { ms: never, nonce: null, signing: false },
    sent: { name: '', ms: 0, patienceMs: 0 },
    settling: { ended, next: -1, signing: false, isDone: false },
    update: null,
    wifi: null,
    pump,
    sample,
  }
  // Who cannot be told of a higher boot goes on under its own.
  if (loop.checks.openSettle === null) board.previous = ended
  if (options.update !== undefined) loop.update = options.update(updateHost(loop))
  // What is on trial says at once that it runs.
  if (loop.update?.onTrial) loop.unsigned.push({ firstMs: startMs, blocks: [] })
  for (const link of options.links) loop.uplinks.push(link(loop))
  setEvery(loop, config.everyS)
  setInterval(pump, pumpMs, loop)
}
