import { describe, expect, test } from 'vitest'
import { batteryRefusal, boardOf, boards, signatureMah, signatureS } from '../../../device-sdk/espruino/index.ts'

describe('a build for a battery with the JavaScript signer', () => {
  const build = { power: 'battery', signer: 'javascript', batchS: 3600 } as const

  test('signs once an hour, and is refused one second below, with what to do', () => {
    expect(batteryRefusal(build)).toBeNull()
    expect(batteryRefusal({ ...build, batchS: 3599 })).toMatch(/Set the batch to 3600 s or more/)
  })

  test('is free with the native signer or on mains', () => {
    expect(batteryRefusal({ ...build, batchS: 60, signer: 'native' })).toBeNull()
    expect(batteryRefusal({ ...build, batchS: 60, power: 'mains' })).toBeNull()
  })
})

test('seconds and charge follow from clock, current and instructions', () => {
  const puck = boardOf('puckjs')
  if (puck === undefined) throw new Error('no puckjs')
  expect(signatureS({ ...puck, clockHz: puck.clockHz * 2 })).toBeCloseTo(signatureS(puck) / 2, 9)
  expect(signatureMah({ ...puck, activeMa: puck.activeMa * 3 })).toBeCloseTo(signatureMah(puck) * 3, 9)
  // 230 mAh of a CR2032: an hour's rhythm must last a season.
  for (const board of boards.filter(({ clockHz }) => clockHz === 64e6)) {
    expect(230 / (signatureMah(board) * 24)).toBeGreaterThan(90)
  }
})
