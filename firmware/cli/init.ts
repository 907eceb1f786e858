import type { Console } from '../../bin/console/index.ts'
import { table } from '../../bin/console/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { Project } from '../project/project.ts'
import type { Scaffold, ScaffoldOptions, Wired } from '../project/scaffold.ts'
import { scaffold, writeScaffold } from '../project/scaffold.ts'

type Step = readonly [command: string, does: string]
type Runtime = Wired['board']['runtime']

/** By what the board runs: what brings the application onto it, makes it a device and lets it report. */
const steps: { readonly [runtime in Runtime]: readonly Step[] } = {
  espruino: [
    ['flash', 'builds it, writes it to the board, reads it back, waits for its hello'],
    ['provision', 'its key is made on the board; this computer may carry for it'],
    ['device relay', 'carries what it signs, in a terminal of its own'],
  ],
  node: [
    ['flash --host USER@HOST', 'builds it, copies it over ssh, starts it; or --card BOOT,ROOT'],
    ['provision --local --dir /var/lib/hexfix-device/device', 'on the board itself: docs/building.md has the rest'],
  ],
  firmata: [
    ['flash --board uno --image StandardFirmata.hex', 'what the Arduino itself runs, from the Arduino IDE'],
    ['build', 'the program for this computer, which the Arduino stays plugged into'],
    ['provision', 'its key is made here, in .hexfix/device'],
  ],
}
const simulated: readonly Step[] = [
  ['provision', 'its key is made here, in .hexfix/device'],
  ['device run', 'replays the record, in a terminal of its own'],
]
const gatewayStep: Step = ['gw up', 'a gateway, in a terminal of its own']
const monitorStep: Step = ['monitor', 'watch its reports come in']

const stepsOf = (project: Project, wired: Wired | null): Step[] => {
  const known = project.data !== undefined || project.gateway !== undefined
  const own = project.simulate === undefined && wired !== null ? steps[wired.board.runtime] : simulated
  // Where npx fetched this program, it is not there by its name alone.
  const by = process.env.npm_command === 'exec' ? 'npx hexfix' : 'hexfix'
  const run: Step[] =
    project.simulate === undefined && wired?.board.runtime === 'firmata'
      ? [['HEXFIX_DEVICE=.hexfix/device node build/app.js', 'reads, signs and delivers, in a terminal of its own']]
      : []
  const named = (all: readonly Step[]): Step[] => all.map(([command, does]) => [`${by} ${command}`, does])
  return [...named([...(known ? [] : [gatewayStep]), ...own]), ...run, ...named([monitorStep])]
}

const wiringLines = ({ board, wiring, parts, wires }: Wired): string[] => [
  '',
  ...table(Object.entries(parts)),
  '',
  ...table([['wire', board.name, 'to'], ...wires.map(({ number, from, to }) => [String(number), from, to])]),
  ...(wiring.notes ?? []),
  'wiring.svg shows it: open it in a browser',
]

export const initCommand = async (
  folder: string,
  options: Omit<ScaffoldOptions, 'folder'>,
  console: Console,
): Promise<void> => {
  const planned = scaffold({ ...options, folder })
  const written = planned.ok ? await writeScaffold(folder, planned.value.files) : planned
  if (!planned.ok || !written.ok) {
    console.finish(written, () => [])
    return
  }
  const { project, wired, files }: Scaffold = planned.value
  const next = stepsOf(project, wired)
  const what = wired === null ? 'a record of weather' : `${wired.wiring.app} on ${wired.board.name}`
  const document = {
    folder,
    project,
    files: [...files.keys()],
    parts: wired?.parts ?? {},
    wires: wired?.wires ?? [],
    notes: wired?.wiring.notes ?? [],
    next: next.map(([command]) => command),
  }
  console.finish(ok(document), () => [
    `${project.name}: ${what}${project.simulate === undefined ? '' : ', simulated'}`,
    ...(wired === null ? [] : wiringLines(wired)),
    '',
    `next: cd ${folder}`,
    ...table(next.map(([command, does]) => [`      ${command}`, does])),
  ])
}
