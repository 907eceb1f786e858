import { expect, it, vi } from 'vitest'
import { openBoardLine } from '../../../device-sdk/link/index.ts'

vi.mock('@jellybrick/dbus-next', () => {
  throw new Error('Cannot find package')
})

it('says what to install where the optional package was left out', async () => {
  expect(await openBoardLine('ble:porch', 9_600, new AbortController().signal)).toMatchObject({
    error: { code: 'ble/not-installed' },
  })
})
