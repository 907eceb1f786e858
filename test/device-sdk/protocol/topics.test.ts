import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  downTypes,
  downViaOf,
  entropyTopic,
  mayRead,
  topicOf,
  upTopicOf,
  upTypeOf,
  upTypes,
  viaFilterOf,
  viaTopicOf,
} from '../../../device-sdk/protocol/index.ts'

const net = 1
const kid = '564341bee9b4caeb'
const other = 'adfc7ba1fe873db0'
const own = `hexfix/${net}/${kid}`

describe('a topic', () => {
  it('is hexfix/<net>/<kid>/<type>', () => {
    expect(topicOf(net, kid, 'report')).toBe('hexfix/1/564341bee9b4caeb/report')
    expect(entropyTopic(net)).toBe('hexfix/1/entropy')
    expect([...upTypes].sort()).toEqual(['enrol', 'report', 'result', 'time'])
    expect([...downTypes].sort()).toEqual(['command', 'receipt', 'sync', 'update'])
  })
})

/** What is near an own topic and yet another one. */
const near = (type: string): string[] => [
  `hexfix/${net}/${other}/${type}`,
  `hexfix/2/${kid}/${type}`,
  `hexfix/11/${kid}/${type}`,
  `hexfix/01/${kid}/${type}`,
  `hexfix2/${net}/${kid}/${type}`,
  `/${own}/${type}`,
  `${own}0/${type}`,
  `${own}/${other}/${type}`,
  `${own}//${type}`,
  `${own}/${type}/`,
  `${own}/${type}/#`,
  `${own}/${type}0`,
  `${own}/ ${type}`,
  `${own}/${type.toUpperCase()}`,
  `${own}/../${other}/${type}`,
  `hexfix/${net}/${kid.toUpperCase()}/${type}`,
  `hexfix/${net}/${kid.slice(1)}/${type}`,
  `hexfix/${net}/+/${type}`,
  `hexfix/+/${kid}/${type}`,
  `+/${net}/${kid}/${type}`,
  `$share/group/${own}/${type}`,
  `$SYS/${own}/${type}`,
  `${own}`,
  `${own}/`,
  '',
]

describe('upTypeOf', () => {
  it.each(upTypes)('knows %s of this device', (type) => {
    expect(upTypeOf(topicOf(net, kid, type), net, kid)).toBe(type)
    expect(upTypeOf(topicOf(net, other, type), net, kid)).toBeNull()
  })

  it.each(downTypes)('refuses %s, which goes down', (type) => {
    expect(upTypeOf(topicOf(net, kid, type), net, kid)).toBeNull()
  })

  it.each([
    ...near('report'),
    entropyTopic(net),
    `${own}/#`,
    `${own}/+`,
    `${own}/via/${other}/report`,
    `${own}/toString`,
  ])('refuses %j', (topic) => expect(upTypeOf(topic, net, kid)).toBeNull())

  it('knows of any text the four topics and no more', () => {
    const part = fc.constantFrom('hexfix', String(net), kid, other, 'report', 'receipt', '', '#', '+', 'x')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const topic = parts.join('/')
        const type = upTypes.find((known) => topic === topicOf(net, kid, known)) ?? null
        expect(upTypeOf(topic, net, kid)).toBe(type)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('upTopicOf', () => {
  it.each(upTypes)('knows %s of this device, and of one that it relays', (type) => {
    expect(upTopicOf(topicOf(net, kid, type), net, kid)).toEqual({ kid, type })
    expect(upTopicOf(viaTopicOf(net, kid, other, type), net, kid)).toEqual({ kid: other, type, via: kid })
    expect(upTopicOf(viaTopicOf(net, other, kid, type), net, kid)).toBeNull()
  })

  it.each([
    ...near('report'),
    ...downTypes.map((type) => viaTopicOf(net, kid, other, type)),
    `${own}/via/${other}/report/`,
    `${own}/via/${other}/report/x`,
    `${own}/via/${other.toUpperCase()}/report`,
    `${own}/via/${other.slice(1)}/report`,
    `${own}/via/+/report`,
    `${own}/via/${other}/via/${other}/report`,
    `${own}/x/via/${other}/report`,
    `hexfix/2/${kid}/via/${other}/report`,
    `hexfix2/${net}/${kid}/via/${other}/report`,
  ])('refuses %j', (topic) => expect(upTopicOf(topic, net, kid)).toBeNull())
})

describe('mayRead', () => {
  it.each([...downTypes.map((type) => topicOf(net, kid, type)), `${own}/#`, `${own}/+`, entropyTopic(net)])(
    'grants %s',
    (filter) => expect(mayRead(filter, net, kid)).toBe(true),
  )

  it.each([
    ...near('receipt'),
    '#',
    '+',
    '+/#',
    '+/+/+/+',
    'hexfix/#',
    'hexfix/+/entropy',
    'hexfix/1/#',
    'hexfix/1/+',
    'hexfix/1/+/#',
    'hexfix/1/+/+',
    'hexfix/2/entropy',
    'hexfix/1/entropy/',
    'hexfix/1/entropy/#',
    'hexfix/1/entropy0',
    '$share/group/hexfix/1/entropy',
    '$queue/hexfix/1/entropy',
    `$share/${own}/#`,
    `${own}#`,
    `${own}+`,
    `${own}/+/+`,
    `${own}/+/#`,
    `${own}/##`,
    `${own}/receipt#`,
    `${own}/report`,
    `hexfix/1/${other}/#`,
    `hexfix/1/${kid}0/#`,
    `hexfix/1/${kid}${kid}/#`,
    `${own}/via/${other}/report`,
    `${own}/via/${other}/receipt/x`,
    `${own}/via/${other}/receipt/#`,
    `${own}/via/${other.slice(1)}/receipt`,
    `${own}/via/${other}`,
    `${own}/via/+`,
    `${own}/via/#/receipt`,
    `${own}/via`,
    `${own}/+/${other}/receipt`,
    `${own}/via/via/${other}/receipt`,
    `hexfix/1/${other}/via/${kid}/receipt`,
    `hexfix/1/+/via/${kid}/receipt`,
    `hexfix/1/${other}/via/#`,
  ])('refuses %j', (filter) => expect(mayRead(filter, net, kid)).toBe(false))

  it.each([
    ...downTypes.map((type) => viaTopicOf(net, kid, other, type)),
    ...['#', '+/+', '+/#', '+/receipt', `${other}/+`, `${other}/#`].map((rest) => `${own}/via/${rest}`),
  ])('grants a relay %s', (filter) => expect(mayRead(filter, net, kid)).toBe(true))

  it('grants no filter that matches a topic of another device', () => {
    const part = fc.constantFrom('hexfix', String(net), kid, other, 'receipt', 'entropy', '#', '+', '$share')
    const matches = (filter: readonly string[], topic: readonly string[]): boolean =>
      filter.every((level, i) => level === '#' || (i < topic.length && (level === '+' || level === topic[i]))) &&
      (filter.includes('#') || filter.length === topic.length)
    const foreign = [...upTypes, ...downTypes].map((type) => topicOf(net, other, type).split('/'))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (filter) => {
        if (foreign.some((topic) => matches(filter, topic))) expect(mayRead(filter.join('/'), net, kid)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('what comes down over a relay', () => {
  it('is read back from every topic that a gateway writes it to, and from no other', () => {
    for (const type of downTypes) {
      expect(downViaOf(viaTopicOf(net, kid, other, type), net, kid)).toEqual({ kid: other, type })
      expect(downViaOf(viaTopicOf(net, other, kid, type), net, kid)).toBeNull()
      expect(downViaOf(viaTopicOf(2, kid, other, type), net, kid)).toBeNull()
      expect(downViaOf(topicOf(net, kid, type), net, kid)).toBeNull()
    }
    for (const type of upTypes) expect(downViaOf(viaTopicOf(net, kid, other, type), net, kid)).toBeNull()
  })

  it('is what the filter of a relay asks for, which it may read', () => {
    expect(viaTopicOf(net, kid, other, 'receipt')).toContain(viaFilterOf(net, kid).slice(0, -1))
    expect(mayRead(viaFilterOf(net, kid), net, kid)).toBe(true)
    expect(mayRead(viaFilterOf(net, other), net, kid)).toBe(false)
  })
})
