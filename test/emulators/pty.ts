import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, symlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** The far end of a serial line whose near end is a device file. */
export type Pty = {
  readonly path: string
  write(data: string | Uint8Array): void
  onData(listener: (data: Buffer) => void): void
  /** Settles when somebody opens the device file. */
  readonly opened: Promise<void>
  /** Takes the device file away, as pulling the cable does. */
  unplug(): Promise<void>
  /** Settles once either end is gone. */
  readonly ended: Promise<unknown>
}

/** A pseudo-terminal by socat, at `path`. What is written before somebody opens the path waits for them. */
export const openPty = async (path: string): Promise<Pty> => {
  // Without wait-slave socat reads EIO and ends before anybody has opened the slave.
  const terminal = 'PTY,rawer,wait-slave,pty-interval=0.02'
  const socat = spawn('socat', ['-d', '-d', terminal, 'STDIO'], { stdio: 'pipe' })
  const cut = (): void => {
    socat.kill('SIGKILL')
  }
  // One that waits for its slave does not look at its input, and would outlive this process.
  process.once('exit', cut)
  const ended = once(socat, 'exit').then(() => {
    process.off('exit', cut)
    rmSync(path, { force: true })
  })
  socat.stdin.on('error', () => {})
  const log = createInterface({ input: socat.stderr })
  const opened = new Promise<void>((resolve) => {
    log.on('line', (line) => {
      if (line.includes('starting data transfer loop')) resolve()
    })
  })
  const device = await new Promise<string>((resolve, reject) => {
    log.on('line', (line) => {
      const name = / PTY is (\S+)$/.exec(line)?.[1]
      if (name !== undefined) resolve(name)
      // The near end is closed. Left to itself socat would wait for a pause in what the far end writes.
      if (line.endsWith('is at EOF')) cut()
    })
    socat.once('error', () => reject(new Error('no socat; install it: apt-get install -y socat')))
    socat.once('exit', () => reject(new Error(`socat gave no terminal at ${path}`)))
  })
  // Why not socat's own link: it comes after the line that names the terminal, and nothing tells when.
  symlinkSync(device, path)
  return {
    path,
    opened,
    write: (data) => {
      socat.stdin.write(data)
    },
    onData: (listener) => {
      socat.stdout.on('data', listener)
    },
    unplug: async () => {
      cut()
      await ended
    },
    ended,
  }
}
