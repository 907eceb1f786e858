import { describe, expect, it } from 'vitest'
import { openMembers } from '../../../device-sdk/radios/ether/members.ts'

const station = { place: { lat: 47.6, lng: -122.3 }, gainDbi: 2 }
const moved = { ...station, gainDbi: 5 }

describe('the members of an air', () => {
  it('are forgotten after 15 s of silence, and not before', () => {
    const members = openMembers()
    members.join(1, 'a', station, 0)
    members.join(2, 'b', station, 0)
    members.join(2, 'b', station, 10_000)
    members.prune(15_000)
    expect([...members.all.keys()]).toEqual([1, 2])
    members.prune(15_001)
    expect([...members.all.keys()]).toEqual([2])
  })

  it('are found by port and session together', () => {
    const members = openMembers()
    members.join(1, 'a', station, 0)
    expect(members.of(1, 'a')).toMatchObject({ station })
    expect(members.of(1, 'b')).toBeNull()
    expect(members.of(2, 'a')).toBeNull()
  })

  it('keep what they sent when they join again, and begin anew with a new session', () => {
    const members = openMembers()
    members.join(1, 'a', station, 0)
    const member = members.of(1, 'a')
    if (member === null) throw new Error('not joined')
    member.sent = { n: 3, atMs: 1 }
    members.join(1, 'a', moved, 5)
    expect(members.of(1, 'a')).toMatchObject({ station: moved, seenMs: 5, sent: { n: 3 } })
    members.join(1, 'b', station, 6)
    expect(members.of(1, 'b')).toMatchObject({ joinedMs: 6, sent: null })
  })

  it('are at most 10 000, until some have gone', () => {
    const members = openMembers()
    for (let port = 0; port < 10_000; port++)
      expect(members.join(port, 'a', station, port === 0 ? 0 : 1_000)).toBe(true)
    expect(members.join(10_000, 'a', station, 1_000)).toBe(false)
    expect(members.join(5, 'b', station, 1_000)).toBe(true)
    expect(members.join(10_000, 'a', station, 15_500)).toBe(true)
    expect(members.all.has(0)).toBe(false)
  })
})
