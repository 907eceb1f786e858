import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './project.ts'

/** Where the build of a project lies in its folder. */
export const buildFolder = 'build'

type Options = Readonly<Record<string, unknown>>
/** @param given - whether the person named this option. */
type Speaks = (project: Project, given: (option: string) => boolean) => Options

/** A board of one's own is named by its manifest. */
const boardFor = ({ board, hardware }: Project): string | undefined => {
  const own = join(hardware ?? '', 'boards', `${board}.json`)
  return hardware !== undefined && existsSync(own) ? own : board
}

/** A line that somebody names leads to a board, whatever the project says. */
const provision: Speaks = ({ name, place, port, relayDir, wifiSsid, local = false }, given) =>
  given('local') || (local && !given('port')) ? { name, place, local: true } : { name, place, port, relayDir, wifiSsid }

const speaks: { readonly [command: string]: Speaks } = {
  build: ({ app, board, source, config, firmware, hardware }) => ({
    app,
    board,
    source,
    config,
    firmware,
    hardware,
    out: buildFolder,
  }),
  flash: (project) => ({
    board: boardFor(project),
    ...(project.simulate === undefined ? { port: project.port, host: project.host } : {}),
  }),
  provision,
  'device run': ({ simulate, config }) =>
    simulate === undefined ? {} : { sensor: `replay:${simulate}`, every: config?.everyS },
  'device relay': ({ relayDir, port }) => ({ dir: relayDir, port: port === undefined ? undefined : [port] }),
  'devices relay': ({ relayDir }) => ({ dir: relayDir }),
}

/** What a project says for a command, by the names of its options. @param command - as it is called: `device run`. */
export const projectOptions = (project: Project, command: string, given: (option: string) => boolean): Options => {
  const { data, gateway, tlsSpki, ownerKey } = project
  return { ...speaks[command]?.(project, given), data, gateway, tlsSpki, ownerKey }
}

/** Whether a project has anything to say for a command. @param remote - it talks to a gateway. */
export const isSpokenFor = (command: string, remote: boolean): boolean => remote || Object.hasOwn(speaks, command)
