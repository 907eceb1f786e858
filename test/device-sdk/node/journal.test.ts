import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDelivery } from '../../../device-sdk/node/delivery.ts'
import type { DeviceEvent } from '../../../device-sdk/node/index.ts'
import { openOutbox } from '../../../device-sdk/node/outbox.ts'
import { must, testFolder } from '../../gateway/harness.ts'
import { identity } from './parts.ts'

const openWith = (journal: string): DeviceEvent[] => {
  const events: DeviceEvent[] = []
  const outbox = must(openOutbox({ path: join(testFolder(), 'outbox'), bytesMax: 10_000, commitDelayMs: 0 }))
  openDelivery({ identity, pinned: () => [], outbox, journal, onEvent: (event) => events.push(event) })
  return events
}

it('the journal of a device that nothing was acknowledged is there, and empty', () => {
  const journal = join(testFolder(), 'journal')
  expect(openWith(journal)).toEqual([])
  expect(readFileSync(journal, 'utf8')).toBe('')
})

it('a journal that cannot be written is told of at the start', () => {
  expect(openWith(testFolder())).toMatchObject([{ event: 'disk/failed', code: 'journal/unwritable' }])
})
