import { byId, h } from './dom.ts'

const tries = [
  ['forge', 'Forge', 'change one byte of a signed report'],
  ['replay', 'Replay', 'send a report twice'],
  ['teleport', 'Teleport', 'a hotspot asserts another town'],
  ['kill', 'Kill', 'kill -9 the gateway'],
] as const

/**
 * The buttons of `npm start`: its address and key stand behind the # of the page's own address, which no server sees. A
 * gateway that runs by itself has none of this.
 */
export const openDemo = (): void => {
  const given = new URLSearchParams(location.hash.split('?')[1] ?? '')
  const port = given.get('demo') ?? sessionStorage.getItem('demo')
  const key = given.get('key') ?? sessionStorage.getItem('demo-key')
  if (port === null || key === null || !/^[0-9]{1,5}$/.test(port)) return
  sessionStorage.setItem('demo', port)
  sessionStorage.setItem('demo-key', key)
  const end = h('output', { 'aria-live': 'polite' })
  const run = async (name: string): Promise<void> => {
    end.textContent = `${name} …`
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/${name}`, { method: 'POST', headers: { 'x-demo-key': key } })
      end.textContent = await answer.text()
    } catch {
      end.textContent = 'npm start has ended'
    }
  }
  const buttons = tries.map(([name, label, what]) =>
    h('button', { type: 'button', title: what, click: () => void run(name) }, label),
  )
  const bar = byId('demo')
  bar.replaceChildren('Try to cheat:', ...buttons, end)
  bar.hidden = false
}
