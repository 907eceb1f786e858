import { storage } from '../loop/firmware.ts'
import { firmwareFile } from './names.ts'
import type { FirmwareState } from './state.ts'
import { counted, gaveUp, readFirmwareState, writeFirmwareState } from './state.ts'

/** What the chooser tells the firmware that it starts, in `hexfixStarted`: whether it is on trial. */
export type Started = readonly [onTrial: boolean]

declare const global: {
  hexfixStarted?: Started
  eval(code: string): unknown
}

/** Starts of firmware that has not proved itself. */
const bootsMax = 3
/** How long it has for its first accepted heartbeat. */
const proveMs = 1_800_000
const crashRestMs = 1_000
/** The interpreter feeds the watchdog whenever it has nothing to do: firmware that never comes to that is started again. */
const watchdogS = 60

const giveUp = (state: FirmwareState, code: string): void => {
  writeFirmwareState(gaveUp(state, code))
}

/** A start of what is on trial is counted before it happens: firmware that takes the board down is not started for ever. */
const choose = (): { readonly place: number; readonly onTrial: boolean } => {
  const state = readFirmwareState()
  if (state.trying < 0) return { place: state.current, onTrial: false }
  if (state.boots < bootsMax && writeFirmwareState(counted(state))) return { place: state.trying, onTrial: true }
  giveUp(state, 'update/crashed')
  return { place: state.current, onTrial: false }
}

const watchTrial = (): void => {
  if (E.enableWatchdog !== undefined) E.enableWatchdog(watchdogS, true)
  setTimeout(() => {
    const state = readFirmwareState()
    if (state.trying < 0) return
    giveUp(state, 'update/silent')
    E.reboot()
  }, proveMs)
}

/**
 * The whole of `.bootcde` on a board with two places for firmware: starts the one that has proved itself, or the one that is to prove
 * itself, at most three times. It is flashed, and never updated over the air.
 */
export const chooseFirmware = (): void => {
  const started = choose()
  global.hexfixStarted = [started.onTrial]
  if (started.onTrial) watchTrial()
  const code = storage.read(firmwareFile(started.place))
  // Why read as a whole: functions that are evaluated out of flash stay there.
  if (code !== undefined && !started.onTrial) global.eval(code)
  if (!started.onTrial) return
  try {
    global.eval(code === undefined ? 'throw "none"' : code)
  } catch (_broken) {
    setTimeout(() => E.reboot(), crashRestMs)
  }
}
