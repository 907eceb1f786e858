import { encode } from '../../protocol/cbor/encode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import { encodeResult } from '../../protocol/command.ts'
import type { ByteString, ReceiptEntry } from '../../protocol/index.ts'
import { readReceipt } from '../../protocol/receipt.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { openBoard, signMessage } from './board.ts'
import { openClock } from './clock.ts'
import type { BoardConfig } from './config.ts'
import type { BoardCrypto } from './crypto.ts'
import { openDelivery } from './delivery.ts'
import { readDown } from './down.ts'
import { nowMs, toText } from './firmware.ts'
import type { BoardLink, Loop, Uplink } from './link.ts'
import type { Actions } from './obey.ts'
import { nameOf, openOutbox } from './outbox.ts'
import type { MoreHeartbeat } from './pulse.ts'
import { openPulse } from './pulse.ts'
import { openRows } from './rows.ts'
import type { BoardSensor } from './sensor.ts'
import { openTimekeeper } from './timekeeper.ts'
import type { OpenUpdate } from './update.ts'

export type StartOptions = {
  readonly config: BoardConfig
  readonly crypto: BoardCrypto
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
/** Batches that wait for the signer; with more, the oldest is lost and counted. */
const unsignedMax = 2
/** Until the answer is out: what is told to start anew signs in machine code. */
const restartMs = 2_000
const acceptedVerdict = 0

type Batch = { readonly firstMs: number; readonly blocks: CborValue[] }

/** Runs a board: samples, signs, keeps, delivers. Returns at once; all that follows is timers and what the links bring. */
export const startDevice = (options: StartOptions): void => {
  const config = options.config
  const startMs = nowMs()
  const board = openBoard(config, options.crypto)
  const clock = openClock(startMs)
  const outbox = openOutbox(config.outboxBytes)
  const rows = openRows(options.sensors, config.batch)
  const pulse = openPulse(board, clock, options.heartbeat === undefined ? null : options.heartbeat)
  const uplinks: Uplink[] = []

  const uplink = (): Uplink | null => {
    for (const one of uplinks) if (one.isUp()) return one
    return null
  }
  /** Not every link has frames. */
  const frameOver = (type: number, body: ByteString): void => {
    for (const one of uplinks) if (one.frame !== undefined && one.isUp()) one.frame(type, body)
  }
  const delivery = openDelivery(board, outbox, () => (obey === null || obey.settle.isDone() ? uplink() : null))
  const timekeeper = openTimekeeper(board, clock, uplink)

  let unsigned: Batch[] = []
  let signing = false
  /** The first report with a heartbeat: what shows that this firmware works. */
  let proof: { readonly boot: number; readonly seq: number } | null = null
  const lose = (count: number): void => {
    board.dropped += count
  }
  const signNext = (): void => {
    if (signing || board.key === null || board.trust === null || unsigned.length === 0) return
    const batch = unsigned.shift() as Batch
    const heartbeat = pulse()
    const start: CborValue[] = [board.boot, board.seq, clock.timeOf(batch.firstMs)]
    const blocks = heartbeat === null ? batch.blocks : batch.blocks.concat([heartbeat])
    const payload = encode(start.concat(blocks))
    const boot = board.boot
    const seq = board.seq++
    if (proof === null && heartbeat !== null) proof = { boot, seq }
    signing = true
    actions.signReport(payload, (message) => {
      signing = false
      if (!outbox.add(boot, seq, toText(message), lose)) lose(1)
      pump()
    })
  }
  const pump = (): void => {
    if (board.key === null || board.trust === null) return
    // The time first: a report with it is worth more, and its answer takes ten seconds at most.
    if (timekeeper.ask() || obey?.settle.works(pump)) return
    signNext()
    delivery.pump()
  }
  const sample = (): void =>
    rows.take((count) => {
      if (count < config.batch) return
      const batch = rows.cut()
      if (batch === null || batch.blocks.length === 0) return
      unsigned.push(batch)
      if (unsigned.length > unsignedMax) {
        unsigned = unsigned.slice(1)
        lose(1)
      }
      pump()
    })
  let sampling = setInterval(sample, config.everyS * 1000)

  const actions: Actions = {
    interval: (everyS) => {
      clearInterval(sampling)
      sampling = setInterval(sample, everyS * 1000)
    },
    identify: () => {
      if (options.identify !== undefined) options.identify()
    },
    restart: () => {
      setTimeout(() => E.reboot(), restartMs)
    },
    signReport: (payload, done) => {
      if (board.trust !== null) signMessage(board, mtypes.report, board.trust.net, payload, done)
    },
    lose,
    moved: (from, boot, seq) => {
      if (proof !== null && from === nameOf(proof.boot, proof.seq)) proof = { boot, seq }
    },
    update: null,
  }
  const sendResult = (result: Uint8Array): void => {
    if (board.key === null || board.trust === null) return
    signMessage(board, mtypes.result, board.trust.net, result, (answer) => {
      const over = uplink()
      if (over !== null) over.send(mtypes.result, toText(answer))
    })
  }
  const openUpdate = options.update
  const update =
    openUpdate === undefined
      ? null
      : openUpdate({
          config,
          sha256: options.crypto.sha256,
          frame: frameOver,
          say: (result) => sendResult(encodeResult(result)),
          restart: actions.restart,
        })
  if (update !== null) actions.update = update.offer
  // What is on trial says at once that it runs.
  if (update?.onTrial) unsigned.push({ firstMs: startMs, blocks: [] })
  const openObey = options.crypto.openObey
  const obey = openObey === null ? null : openObey(board, outbox, actions)
  // Who cannot be told of a higher boot goes on under its own.
  if (obey === null) board.previous = outbox.newest()
  const settle = (entries: readonly ReceiptEntry[], proven: boolean): void => {
    delivery.settle(entries, proven)
    if (!proven || update === null || proof === null) return
    for (const entry of entries) {
      const isProof = entry.boot === proof.boot && entry.seq === proof.seq
      if (isProof && entry.verdict === acceptedVerdict) update.accepted()
    }
  }
  const loop: Loop = {
    board,
    waiting: outbox.waiting,
    wake: () => {
      setTimeout(pump, 1)
    },
    take: (mtype, message) => {
      const down = readDown(board, mtype, message)
      if (down === null) return
      if (mtype === mtypes.sync) {
        const sync = timekeeper.take(down)
        if (sync !== null && obey !== null) obey.settle.take(typeof sync.boot === 'number' ? sync.boot : 0)
        loop.wake()
      } else if (mtype === mtypes.receipt) {
        const receipt = readReceipt(down.payload)
        if (receipt.ok) settle(receipt.value as ReceiptEntry[], down.proven)
      } else if (!down.proven || obey === null) return
      else if (mtype === mtypes.update) obey.update(down.payload, sendResult)
      else if (mtype === mtypes.command) {
        obey.command(down.payload, sendResult)
      }
    },
    updateFrame: (type, body) => (update === null ? false : update.frame(type, body)),
    note: (text) => {
      for (const one of uplinks) one.note(text)
    },
    wifi: null,
  }
  for (const link of options.links) uplinks.push(link(loop))
  setInterval(pump, pumpMs)
}
