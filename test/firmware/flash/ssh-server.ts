import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const sshd = '/usr/sbin/sshd'

/** Why ssh cannot be tested here, and what to do; null where it can. */
export const noSshd = existsSync(sshd) ? null : 'no sshd: run scripts/debian-packages.sh'

/** What this machine, which stands for a board with Linux, says that it is. */
export const thisModel = existsSync('/proc/device-tree/model')
  ? readFileSync('/proc/device-tree/model', 'utf8').replaceAll('\0', '')
  : execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim()

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Debian's sshd on loopback with keys of its own in `folder`. @returns a configuration of ssh that knows it as `board`. */
export const startSshd = async (folder: string): Promise<string> => {
  for (const name of ['host', 'user', 'worn', 'stranger']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  }
  // Where it separates its privileges, which it does as root alone.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  // Whoever comes with this key finds a card whose cells are worn: what is written to it comes back changed.
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  writeFileSync(join(tools, 'head'), '#!/bin/sh\n/usr/bin/head "$@" | tr s t\n', { mode: 0o755 })
  const key = readFileSync(join(folder, 'worn.pub'), 'utf8')
  const forced = `PATH=${tools}:/usr/bin:/bin sh -c \\"$SSH_ORIGINAL_COMMAND\\"`
  writeFileSync(join(folder, 'worn.keys'), `command="${forced}" ${key}`)
  const lines = [
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'user.pub')} ${join(folder, 'worn.keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    // The start files of whoever runs the tests are not read.
    `SetEnv HOME=${folder}`,
    `ListenAddress 127.0.0.1:${port}`,
  ]
  writeFileSync(join(folder, 'sshd_config'), lines.join('\n'))
  const server = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(server, 'exit')
  onTestFinished(async () => {
    server.kill()
    await ended
  })
  const log = createInterface({ input: server.stderr })
  await new Promise<void>((resolve) => {
    log.on('line', (line) => {
      if (line.includes('listening')) resolve()
    })
  })
  execFileSync('sh', ['-c', `echo "[127.0.0.1]:${port} $(cat ${join(folder, 'host.pub')})" > ${join(folder, 'known')}`])
  const config = join(folder, 'ssh_config')
  const common = `HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  UserKnownHostsFile ${join(folder, 'known')}
  IdentitiesOnly yes
  IdentityAgent none`
  const hosts = `Host board\n  IdentityFile ${join(folder, 'user')}\n  ${common}\n`
  const spoiled = `Host worn\n  IdentityFile ${join(folder, 'worn')}\n  ${common}\n`
  writeFileSync(config, `${hosts}${spoiled}Host closed\n  IdentityFile ${join(folder, 'stranger')}\n  ${common}\n`)
  return config
}
