import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Board = { readonly port: string; readonly sensor: string; stop(): Promise<void> }

/** The image of its firmware may have to be fetched first. */
const readyMs = 12_000

/**
 * Starts the emulated Arduino with its BME280 behind a serial port at `port`; where that cannot be, says why.
 * @param program - the emulator, a process of its own: it ends when its input closes, so also when this process is killed.
 */
export const startBoard = async (program: string, port: string): Promise<Board | { readonly reason: string }> => {
  const child = spawn(process.execPath, [program, 'standard-firmata', 'bme280', port], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await ended
  }
  const said = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`missing an answer in ${readyMs / 1000} s`), readyMs)
  })
  const line = await Promise.race([said, late, ended.then(() => 'missing the emulator, which ended')])
  clearTimeout(timer)
  if (line === 'ready') return { port, sensor: `firmata:bme280:${port}`, stop }
  child.kill('SIGKILL')
  return { reason: line.replace(/^missing /, '') }
}
