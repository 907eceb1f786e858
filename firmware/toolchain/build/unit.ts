import { keyCredential } from '../../../device-sdk/signer/index.ts'
import type { Board } from '../../../hardware/index.ts'
import type { Specs } from './linux-drivers.ts'

/** Which devices of Linux a service needs, by what it opens (systemd.resource-control(5), DeviceAllow). */
const deviceClasses = (specs: Specs): readonly { readonly allow: string; readonly group: string }[] => {
  const paths = Object.values(specs).flatMap((spec) => /(\/dev\/[\w./-]+)/.exec(spec)?.[1] ?? [])
  const found = paths.flatMap((path) => {
    if (path.startsWith('/dev/i2c-')) return [{ allow: 'char-i2c', group: 'i2c' }]
    if (/ttyUSB/.test(path)) return [{ allow: 'char-ttyUSB', group: 'dialout' }]
    if (/ttyACM/.test(path)) return [{ allow: 'char-ttyACM', group: 'dialout' }]
    // /dev/serial0 is one of these on a Raspberry Pi, by its model.
    return ['char-ttyAMA', 'char-ttyS'].map((allow) => ({ allow, group: 'dialout' }))
  })
  return found.filter(({ allow }, i) => found.findIndex((other) => other.allow === allow) === i)
}

export const unitName = 'hexfix-device.service'

/**
 * The systemd unit of a device: a user of its own that exists while it runs, a folder for its state, no other device than
 * those that its parts are on, and nothing of the system that it could change. Why no MemoryDenyWriteExecute: V8 compiles.
 */
export const unitText = (app: string, board: Board, specs: Specs): string => {
  const classes = deviceClasses(specs)
  const groups = [...new Set(classes.map(({ group }) => group))].sort()
  return `${[
    '[Unit]',
    `Description=hexfix ${app} on ${board.name}`,
    'Wants=network-online.target',
    'After=network-online.target time-sync.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    'ExecStart=/usr/bin/env node /opt/hexfix/launcher.mjs --root %S/hexfix-device/bundles --factory /opt/hexfix/current',
    'Restart=always',
    'RestartSec=5',
    'WatchdogSec=600',
    'TimeoutStartSec=60',
    'TimeoutStopSec=30',
    'DynamicUser=yes',
    'StateDirectory=hexfix-device',
    'StateDirectoryMode=0700',
    'WorkingDirectory=%S/hexfix-device',
    // By its bare name, of /etc/credstore.encrypted: where the key was not sealed, nothing is loaded.
    `LoadCredentialEncrypted=${keyCredential}`,
    'UMask=0077',
    'DevicePolicy=closed',
    ...classes.map(({ allow }) => `DeviceAllow=${allow} rw`),
    ...(classes.length === 0 ? ['PrivateDevices=yes'] : [`SupplementaryGroups=${groups.join(' ')}`]),
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'ProtectProc=invisible',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectControlGroups=yes',
    'PrivateTmp=yes',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged @resources',
    // V8 asks for memory protection keys, and does without.
    'SystemCallErrorNumber=EPERM',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n')}\n`
}
