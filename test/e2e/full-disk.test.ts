import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { outboxRecords } from '../../device-sdk/link/index.ts'
import { concatBytes } from '../../device-sdk/protocol/index.ts'
import { cli, getJson, provision, startGateway, temporaryFolder } from './harness.ts'

const mount = (folder: string): string => `mount -t tmpfs -o size=256k,mode=700 disk ${folder}`
const why =
  spawnSync('unshare', ['-rm', 'sh', '-c', mount('/mnt')]).status === 0 ? null : 'no tmpfs of its own by `unshare -rm`'

it('a device on a disk that is full holds its reports, says so once, and delivers all of them when there is room', {
  timeout: 60_000,
}, async (context) => {
  context.skip(why !== null, `${why}; run: sysctl kernel.unprivileged_userns_clone=1`)
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  // A disk is full page by page: the last one of the outbox has room for a report or two.
  const nothing = outboxRecords.mark(null, 0)
  writeFileSync(join(dir, 'outbox'), concatBytes(new Array<Uint8Array>(280).fill(nothing)))
  const disk = join(folder, 'disk')
  const own = `mkdir ${disk} && ${mount(disk)} && cp -a ${dir} ${disk}/device`
  const run = `exec ${process.execPath} ${cli} device run --dir ${disk}/device --every 1`
  const device = spawn('unshare', ['-rm', 'sh', '-c', `${own} && ${run}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void device.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface({ input: device.stdout })
  reader.on('line', (line) => lines.push(line))
  const seen = async (pattern: RegExp): Promise<void> => {
    while (!lines.some((line) => pattern.test(line))) await once(reader, 'line')
  }
  await seen(/<- report #0 .*accepted/)

  // unshare and sh became the device: its mounts are seen through its process.
  const filler = join(`/proc/${device.pid}/root`, disk, 'filler')
  for (const bytes of [262_144, 4_096, 512, 1]) {
    try {
      for (;;) writeFileSync(filler, new Uint8Array(bytes), { flag: 'a' })
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' })
    }
  }
  await seen(/^outbox\/unwritable: .*ENOSPC/)
  const heldFrom = lines.length
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  // Nothing is signed in the eyes of anybody, and nothing sent, while it is not on the disk.
  expect(lines.slice(heldFrom).filter((line) => /report #/.test(line))).toEqual([])
  rmSync(filler)
  await seen(/<- report #5 .*accepted/)
  expect(lines.filter((line) => line.startsWith('outbox/'))).toHaveLength(1)
  device.kill('SIGTERM')
  await once(device, 'close')
  type Reports = { reports: { boot: number; seq: number }[] }
  const { reports } = await getJson<Reports>(`${gateway.facts.http}/v1/reports`)
  const seqs = reports.map(({ seq }) => seq).reverse()
  expect(seqs.slice(0, 6).sort()).toEqual([0, 1, 2, 3, 4, 5])
  expect(new Set(seqs).size).toBe(seqs.length)
})
