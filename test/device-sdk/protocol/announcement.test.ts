import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAnnouncement, readAnnouncement } from '../../../device-sdk/protocol/index.ts'

const spki = 'ab'.repeat(32)
const whole = { net: 7, kid: '0123456789abcdef', spki, ports: { mqtts: 8883, https: 8443 } }
const texts = encodeAnnouncement(whole)
const without = (key: string): string[] => texts.filter((text) => !text.startsWith(`${key}=`))

describe('an announcement', () => {
  it('is read as it was written', () => {
    expect(readAnnouncement(texts)).toEqual(whole)
    const plain = { net: 0, kid: whole.kid, ports: { mqtt: 1 } }
    expect(readAnnouncement(encodeAnnouncement(plain))).toEqual(plain)
  })

  it.each([
    ['no version', without('v')],
    ['another version', [...without('v'), 'v=2']],
    ['no network', without('net')],
    ['a network past 53 bits', [...without('net'), 'net=9007199254740992']],
    ['a network that is text', [...without('net'), 'net=1e3']],
    ['no kid', without('kid')],
    ['a kid with escapes for a terminal', [...without('kid'), 'kid=\u001b[31m0123456789a']],
    ['a short key', [...without('spki'), 'spki=abcd']],
    ['a key in capitals', [...without('spki'), `spki=${spki.toUpperCase()}`]],
    ['seventeen texts', [...texts, ...Array<string>(17 - texts.length).fill('x=1')]],
  ])('is none with %s', (_name, strange) => expect(readAnnouncement(strange)).toBeNull())

  it('counts the first of a key that comes twice, and leaves out ports that are none', () => {
    const more = ['kid=ffffffffffffffff', 'mqtt=0', 'http=65536', '__proto__=1', '=', 'x']
    expect(readAnnouncement([...texts, ...more])).toEqual(whole)
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (strange) => {
        readAnnouncement([...texts.slice(0, 3), ...strange])
        readAnnouncement(strange)
      }),
    )
  })
})
