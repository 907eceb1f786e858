import type { Net } from '../check/nets.ts'
import { boardPins, partEnds } from '../check/nets.ts'
import type { PartPin } from '../part.ts'

type Hue = { readonly light: string; readonly dark: string }

/** The colours of wires by what they carry, on white and on black. */
const hues: { readonly [id: string]: Hue } = {
  ground: { light: '#434b57', dark: '#a7b0bd' },
  v5: { light: '#c62828', dark: '#ff7b72' },
  v3: { light: '#c25e00', dark: '#ffa94d' },
  blue: { light: '#1259b8', dark: '#6cb6ff' },
  yellow: { light: '#7d6400', dark: '#f2d24b' },
  green: { light: '#1f7a2e', dark: '#69db7c' },
  purple: { light: '#7b1fa2', dark: '#d0a2ff' },
  cyan: { light: '#00707c', dark: '#4dd0e1' },
  pink: { light: '#ad1457', dark: '#ff80b5' },
  brown: { light: '#6d4c41', dark: '#d2b09c' },
}

const byRole: { readonly [role in PartPin['role']]?: string } = {
  ground: 'ground',
  'i2c-sda': 'blue',
  'rs485-a': 'blue',
  'i2c-scl': 'yellow',
  'rs485-b': 'yellow',
  'uart-tx': 'green',
  'spi-miso': 'blue',
  output: 'green',
  pulse: 'green',
  'uart-rx': 'purple',
  'spi-mosi': 'yellow',
  'spi-sck': 'cyan',
  'spi-cs': 'pink',
}

export const hueOf = (net: Net): string => {
  const power = boardPins(net).find(({ caps }) => caps.includes('power'))
  if (power !== undefined) return power.volts > 4 ? 'v5' : 'v3'
  const roles = partEnds(net).map(({ pin }) => pin.role)
  return roles.map((role) => byRole[role]).find((hue) => hue !== undefined) ?? 'brown'
}

/** The style of a drawing: it follows the reader's light or dark theme. */
export const style = (): string => {
  const set = (theme: 'light' | 'dark'): string =>
    Object.entries(hues)
      .map(([id, hue]) => `--${id}:${hue[theme]}`)
      .join(';')
  return [
    `svg{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--dim:#5b6470;--box:#f3f5f8;--edge:#8a94a3;${set('light')}}`,
    `@media(prefers-color-scheme:dark){svg{--paper:#14171c;--ink:#e8ebf0;--dim:#9aa5b4;--box:#1e232b;--edge:#667080;${set('dark')}}}`,
    'text{font:13px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:var(--ink);white-space:pre}',
    '.t{font-size:19px;font-weight:700}.b{font-weight:700}.d{font-size:12px;fill:var(--dim)}.s{font-size:12px}.n{font-size:11px}',
    '.box{fill:var(--box);stroke:var(--edge);stroke-width:1.5}.out{stroke-dasharray:5 4}.pin{fill:var(--paper);stroke:var(--edge)}',
    'path{fill:none;stroke-linecap:round;stroke-width:2.5;stroke-linejoin:round}.halo{stroke:var(--paper);stroke-width:6}',
    ...Object.keys(hues).map((id) => `.${id}{stroke:var(--${id})}.f-${id}{fill:var(--${id})}`),
  ].join('')
}
