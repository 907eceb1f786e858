import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installBundle } from '../../../../device-sdk/node/update/install.ts'
import type { UpdateState } from '../../../../device-sdk/node/update/slots.ts'
import { readUpdateState, slotsIn, writeUpdateState } from '../../../../device-sdk/node/update/slots.ts'
import { giveUp, prepareSlots } from '../../../../device-sdk/node/update/switch.ts'
import { updateStatuses } from '../../../../device-sdk/protocol/index.ts'
import { must, testFolder } from '../../../gateway/harness.ts'
import { smallBundle, wholeIn, writeBundle } from './bundles.ts'

/** A device on which firmware 1 was flashed, or was updated to. */
const open = (flashed: boolean) => {
  const folder = testFolder()
  const slots = slotsIn(join(folder, 'bundles'))
  const factory = flashed ? join(folder, 'factory') : null
  writeBundle(factory ?? slots.current, smallBundle(1))
  const state = (): UpdateState => must(readUpdateState(slots))
  const starts = (): readonly [firmware: number, onTrial: boolean] | null => {
    const chosen = prepareSlots(slots, factory)
    return chosen === null ? null : [wholeIn(chosen.folder), chosen.onTrial]
  }
  const install = (firmware: number) => installBundle(slots, smallBundle(firmware), state(), { n: firmware, firmware })
  const confirm = () => writeUpdateState(slots, { ...state(), stage: 'settled' })
  return { slots, factory, state, starts, install, confirm }
}

describe.each([
  ['flashed', true],
  ['updated to', false],
])('a bundle over one that was %s', (_name, flashed) => {
  it('is started on trial, is counted, and stays once it has proved itself', () => {
    const device = open(flashed)
    expect(device.starts()).toEqual([1, false])
    device.install(2)
    expect(device.starts()).toEqual([2, true])
    expect(device.state()).toMatchObject({ stage: 'trying', boots: 1 })
    device.confirm()
    expect(device.starts()).toEqual([2, false])
    if (!flashed) expect(wholeIn(device.slots.previous)).toBe(1)
  })

  it('makes room for the one before after three starts without proof, and is remembered', () => {
    const device = open(flashed)
    device.install(2)
    expect([device.starts(), device.starts(), device.starts()]).toEqual(Array(3).fill([2, true]))
    expect(device.starts()).toEqual([1, false])
    expect(device.state()).toMatchObject({
      stage: 'settled',
      failed: [2],
      news: { n: 2, status: updateStatuses.rolledBack, firmware: 2, code: 'update/crashed' },
    })
    expect(wholeIn(device.slots.failed)).toBe(2)
    device.install(3)
    expect(device.starts()).toEqual([3, true])
    giveUp(device.slots, device.state(), 'update/silent')
    expect(device.starts()).toEqual([1, false])
    expect(device.state()).toMatchObject({ failed: [2, 3], news: { code: 'update/silent' } })
  })
})

describe('what was flashed', () => {
  it('runs in place of an older bundle that was updated to, also while that is on trial', () => {
    const device = open(true)
    device.install(2)
    expect(device.starts()).toEqual([2, true])
    rmSync(String(device.factory), { recursive: true })
    writeBundle(String(device.factory), smallBundle(5))
    expect(device.starts()).toEqual([5, false])
  })

  it('runs where the slots hold nothing, and nothing runs where there is neither', () => {
    const device = open(true)
    expect(device.starts()).toEqual([1, false])
    rmSync(String(device.factory), { recursive: true })
    expect(device.starts()).toBeNull()
  })
})

it('a state that cannot be read stops no bundle', () => {
  const device = open(false)
  writeFileSync(device.slots.state, '{"stage"')
  expect(device.starts()).toEqual([1, false])
  expect(readUpdateState(device.slots)).toMatchObject({ error: { code: 'update/unreadable' } })
})

it('a bundle that is not whole is never started: only its state makes it ready', () => {
  const device = open(false)
  writeBundle(device.slots.next, smallBundle(2))
  expect(device.starts()).toEqual([1, false])
  expect(existsSync(device.slots.previous)).toBe(false)
})
