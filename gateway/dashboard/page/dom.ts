type Attributes = Readonly<Record<string, string | number | (() => void)>>
export type Child = Node | string | null

const svgNamespace = 'http://www.w3.org/2000/svg'

const fill = <T extends Element>(element: T, attributes: Attributes, children: readonly Child[]): T => {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, String(value))
  }
  // Text enters as text nodes only: nothing that a device says is ever read as markup.
  element.append(...children.filter((child) => child !== null))
  return element
}

/** An HTML element; a function among the attributes listens to the event of that name. */
export const h = (tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement =>
  fill(document.createElement(tag), attributes, children)

/** An SVG element. */
export const s = (tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement =>
  fill(document.createElementNS(svgNamespace, tag) as SVGElement, attributes, children)

export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

export const table = (head: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement =>
  h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
  )

export const section = (title: string, ...children: readonly Child[]): HTMLElement =>
  h('section', {}, h('h2', {}, title), ...children)
