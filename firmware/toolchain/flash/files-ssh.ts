import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import type { Bundle } from './bundle.ts'
import { places, sizeOf, sumsOf } from './bundle.ts'
import type { OnProgress } from './protocol.ts'
import { sha256Hex } from './protocol.ts'

export type SshOptions = {
  readonly board: FlashBoard
  readonly bundle: Bundle
  /** `user@host`, or a name of the ssh configuration. */
  readonly host: string
  readonly sshConfig?: string
  /** The folder on the board that holds the bundles. */
  readonly folder: string
  /** Starts what is installed. */
  readonly start: string
  /** Succeeds once what was started is well; null where nobody waits for it. */
  readonly helloBy: string | null
  readonly helloWithinS: number
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}
export type FilesOutcome = {
  readonly chip: string
  readonly bytes: number
  readonly sha256: string
  readonly hello: string | null
}

const sshFailed = 255
const helloEveryMs = 1_000

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

type Ran = { readonly status: number; readonly stdout: string; readonly stderr: string }

/** `control` is the socket of one connection for all that is run: a small board takes a second for each handshake. */
type Connected = SshOptions & { readonly control: string }

const sshArgs = ({ sshConfig, control }: Connected): string[] => [
  ...(sshConfig === undefined ? [] : ['-F', sshConfig]),
  // Why BatchMode: a question for a password would wait for ever where nobody looks.
  ...[
    'BatchMode=yes',
    'ConnectTimeout=10',
    'ControlMaster=auto',
    'ControlPersist=60',
    `ControlPath=${control}`,
  ].flatMap((option) => ['-o', option]),
]

/** Ends the connection that stayed open. */
const hangUp = (options: Connected): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn('ssh', [...sshArgs(options), '-O', 'exit', '--', options.host], { stdio: 'ignore' })
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })

type Input = { readonly parts: readonly Uint8Array[]; readonly onSent: (bytes: number) => void }
const noInput: Input = { parts: [], onSent: () => {} }

/** Runs a shell script on the board, by the system's ssh. Errors: flash/ssh-failed, flash/interrupted. */
const remote = (options: Connected, script: string, { parts, onSent }: Input = noInput): Promise<Result<Ran>> => {
  const { host, signal } = options
  const child = spawn('ssh', [...sshArgs(options), '--', host, script], { signal })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (text) => (output[name] += String(text)))
  child.stdin.on('error', () => {})
  for (const part of parts) child.stdin.write(part, (error) => (error ? undefined : onSent(part.length)))
  child.stdin.end()
  return new Promise((resolve) => {
    child.once('error', ({ message }) =>
      resolve(signal.aborted ? fail('flash/interrupted', host) : fail('flash/ssh-failed', message)),
    )
    child.once('close', (status) => {
      if (status !== sshFailed) return resolve(ok({ status: status ?? 1, ...output }))
      resolve(fail('flash/ssh-failed', `${host}: ${output.stderr.trim().split('\n').at(-1)}`))
    })
  })
}

/** A script that must succeed. @returns what it printed. */
const must = async (options: Connected, script: string, input?: Input): Promise<Result<string>> => {
  const ran = await remote(options, script, input)
  if (!ran.ok) return ran
  const { status, stdout, stderr } = ran.value
  return status === 0 ? ok(stdout) : fail('flash/ssh-failed', `${options.host}: ${stderr.trim() || `status ${status}`}`)
}

/** So many files go in one run of a shell: where that starts slowly, it is what takes the time. */
const filesAtOnce = 100

/** Takes files from stdin, one after the other: GNU head reads exactly what it is told, also of a pipe. */
const takeFiles = (next: string, files: readonly (readonly [string, Uint8Array])[]): string =>
  files
    .map(([path, { length }]) => {
      const to = `${next}/${path}`
      return `mkdir -p ${quoted(dirname(to))} && head -c ${length} > ${quoted(to)}`
    })
    .join(' && ')

const upload = async (options: Connected, next: string): Promise<Result<null>> => {
  const { bundle, onProgress } = options
  let done = 0
  const files = [...bundle]
  for (let i = 0; i < files.length; i += filesAtOnce) {
    const some = files.slice(i, i + filesAtOnce)
    const onSent = (bytes: number): void => {
      done += bytes
      onProgress('write', done, sizeOf(bundle))
    }
    const put = await must(options, takeFiles(next, some), { parts: some.map(([, bytes]) => bytes), onSent })
    if (!put.ok) return put
  }
  onProgress('verify', 0, 0)
  const find = `cd ${quoted(next)} && find . -type f -exec sha256sum {} + | sed 's:  \\./:  :' | LC_ALL=C sort -k 2`
  const sums = await must(options, find)
  if (!sums.ok) return sums
  return sums.value === sumsOf(bundle) ? ok(null) : fail('flash/verify-failed', `${options.host}:${next}`)
}

const saidHello = async (options: Connected, helloBy: string): Promise<Result<boolean>> => {
  options.onProgress('hello', 0, 0)
  const end = performance.now() + options.helloWithinS * 1_000
  for (;;) {
    const said = await remote(options, helloBy)
    if (!said.ok) return said
    if (said.value.status === 0) return ok(true)
    if (performance.now() >= end) return ok(false)
    await pause(helloEveryMs)
  }
}

/** Installs a bundle over ssh. The one before it is kept, and runs again where the new one does not say hello. */
export const flashBySsh = async (options: SshOptions): Promise<Result<FilesOutcome>> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-ssh-'))
  const connected = { ...options, control: join(folder, 'control') }
  try {
    return await install(connected)
  } finally {
    await hangUp(connected)
    rmSync(folder, { recursive: true, force: true })
  }
}

const install = async (options: Connected): Promise<Result<FilesOutcome>> => {
  const { board, bundle, folder, start, helloBy, onProgress } = options
  const [current, previous, next, failed] = [places.current, places.previous, places.next, places.failed].map(
    (name) => `${folder}/${name}`,
  ) as [string, string, string, string]
  onProgress('check', 0, 0)
  const model = await must(options, "tr -d '\\0' < /proc/device-tree/model 2>/dev/null || uname -m")
  if (!model.ok) return model
  const chip = model.value.trim()
  const expected = board.mcu.signature ?? board.name
  if (!chip.startsWith(expected)) {
    return fail('flash/wrong-board', `it says ${chip}, not ${expected}`)
  }
  const [c, p, n, f] = [current, previous, next, failed].map(quoted)
  // A flash that was cut off between its last two steps left the bundle before in the place of the one before that.
  const room = `if [ ! -e ${c} ] && [ -e ${p} ]; then mv ${p} ${c}; fi && rm -rf ${n} && mkdir -p ${n}`
  const made = await must(options, room)
  if (!made.ok) return made
  const uploaded = await upload(options, next)
  if (!uploaded.ok) return uploaded
  const swap = `rm -rf ${p} && if [ -e ${c} ]; then mv ${c} ${p}; fi && mv ${n} ${c} && sync`
  const swapped = await must(options, swap)
  if (!swapped.ok) return swapped
  const started = await remote(options, start)
  if (!started.ok) return started
  const outcome = { chip, bytes: sizeOf(bundle), sha256: sha256Hex(Buffer.from(sumsOf(bundle))) }
  if (helloBy === null) return ok({ ...outcome, hello: null })
  const hello = await saidHello(options, helloBy)
  if (!hello.ok) return hello
  if (hello.value) return ok({ ...outcome, hello: chip })
  const back = `[ -e ${p} ] && rm -rf ${f} && mv ${c} ${f} && mv ${p} ${c} && sync`
  const restored = await remote(options, back)
  if (!restored.ok) return restored
  if (restored.value.status !== 0) return fail('flash/no-hello', `${options.host}; there is no bundle before it`)
  const again = await remote(options, start)
  return again.ok ? fail('flash/rolled-back', `${options.host}:${current}`) : again
}
