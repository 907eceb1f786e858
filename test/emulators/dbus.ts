import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const program = '/usr/bin/dbus-daemon'

/** Why there can be no bus here, and what to do; null where there can. */
export const noDbus = existsSync(program) ? null : 'no dbus-daemon: run scripts/debian-packages.sh'

const configuration = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>`

export type Bus = {
  /** What DBUS_SYSTEM_BUS_ADDRESS takes. */
  readonly address: string
  close(): Promise<void>
}

/** A D-Bus daemon of its own, with its files in `folder`. */
export const startBus = async (folder: string): Promise<Bus> => {
  const file = join(folder, 'bus.conf')
  writeFileSync(file, configuration(join(folder, 'bus')))
  const child = spawn(program, ['--nofork', '--print-address', `--config-file=${file}`], {
    // It warns where it may not raise its own limit of open files.
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    address,
    close: async () => {
      child.kill()
      await ended
    },
  }
}
