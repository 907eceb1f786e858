import { h } from './dom.ts'
import type { LiveEvent } from './gateway.ts'

const linesMax = 200

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

type Named = Readonly<Record<string, unknown>>
const valueText = (block: Named): string => {
  if (block.type === 'sensor' && Array.isArray(block.last))
    return block.last
      .filter((one: Named) => one.value !== null)
      .map((one: Named) => `${textOf(one.value)} ${one.unit === '/' ? '' : textOf(one.unit)}`.trim())
      .slice(0, 4)
      .join(', ')
  if (block.type === 'witness' && Array.isArray(block.rows)) return `heard ${block.rows.length}`
  return textOf(block.type)
}

const reportText = ({ report }: Named): string => {
  const blocks = typeof report === 'object' && report !== null && 'blocks' in report ? report.blocks : []
  return Array.isArray(blocks) ? blocks.map(valueText).join(' · ') : ''
}

/** One live event as a line; null for what is not shown. */
const lineOf = ({ event, data }: LiveEvent, nameOf: (kid: string) => string): HTMLElement | null => {
  const name = nameOf(textOf(data.kid))
  const code = textOf(data.code)
  const verdict = h('strong', { class: code === 'accepted' ? 'good' : 'bad' }, code)
  const index = textOf(data.logIndex)
  const link = index === '' ? '' : h('a', { href: `#/report/${index}` }, `#${index}`)
  if (event === 'report') return h('li', {}, name, ' ', verdict, ' ', link, ' ', reportText(data))
  if (event === 'refusal') return h('li', {}, name || 'somebody', ' refused: ', verdict)
  if (event === 'verdict' && code !== 'accepted')
    return h('li', {}, `${name} ${textOf(data.kind)} `, verdict, ' ', link)
  if (event === 'epoch') return h('li', {}, `epoch ${textOf(data.epoch)} closed, paid ${textOf(data.paid)}`)
  return null
}

export const openFeed = (nameOf: (kid: string) => string) => {
  const list = h('ol', { class: 'feed', 'aria-label': 'Live feed', tabindex: 0 })
  return {
    list,
    take: (event: LiveEvent): void => {
      const line = lineOf(event, nameOf)
      if (line === null) return
      line.prepend(h('time', {}, new Date().toLocaleTimeString()))
      list.prepend(line)
      if (list.children.length > linesMax) list.lastElementChild?.remove()
    },
  }
}
