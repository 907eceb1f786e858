import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attacker, Target } from './attacker.ts'
import { readRun } from './attacker.ts'
import { elsewhere, hotspots } from './cast.ts'
import type { Act } from './control.ts'

export type Stage = {
  readonly data: string
  readonly epochS: number
  /** A registered device that misbehaves. */
  attacker(): Promise<Attacker>
  /** Kills the gateway with -9 and brings it back on the same store and ports. */
  killGateway(): Promise<void>
}

const moved = hotspots[2]

const headOf = async (http: string): Promise<number> =>
  ((await (await fetch(`${http}/v1/reports?limit=1`)).json()) as { head: number }).head

/** Asserts a place for a hotspot as the host of the gateway. */
const place = async (data: string, name: string, at: string): Promise<void> => {
  const { http } = readRun(join(data, 'run.json'))
  const authorization = `Bearer ${readFileSync(join(data, 'admin-token'), 'utf8').trim()}`
  const { devices } = (await (await fetch(`${http}/v1/devices`)).json()) as {
    devices: { kid: string; name: string | null }[]
  }
  const kid = devices.find((device) => device.name === name)?.kid ?? ''
  const [lat, lng] = at.split(',').map(Number)
  const body = JSON.stringify({ lat, lng, gainDbi: 2 })
  const answer = await fetch(`${http}/v1/devices/${kid}/place`, { method: 'PUT', headers: { authorization }, body })
  if (!answer.ok) throw new Error(`HTTP status ${answer.status}`)
}

/** What the page's buttons do, each over real sockets. */
export const actsOf = ({ data, epochS, attacker, killGateway }: Stage): Readonly<Record<string, Act>> => {
  let isAway = false
  const target = (): Target => readRun(join(data, 'run.json'))
  return {
    forge: async () => {
      const end = await (await attacker()).forge(target())
      return `One byte of a signed report was changed: ${end}. It is kept as evidence and counts for nothing.`
    },
    replay: async () => {
      const { first, second } = await (await attacker()).replay(target())
      return `An honest report (${first}) was sent again: ${second}. It is stored once; the first receipt came again.`
    },
    teleport: async () => {
      await place(data, moved.name, isAway ? moved.claimed : elsewhere.place)
      isAway = !isAway
      return isAway
        ? `${moved.name} now says that it stands in ${elsewhere.town}. What it sends and hears is too strong for that way: see the verdicts when the epoch closes, within ${epochS} s. Press again to bring it home.`
        : `${moved.name} says where it stands again: within ${epochS} s its links are accepted.`
    },
    kill: async () => {
      const { http } = readRun(join(data, 'run.json'))
      const before = await headOf(http)
      const startedMs = performance.now()
      await killGateway()
      const after = await headOf(http)
      const tookS = ((performance.now() - startedMs) / 1_000).toFixed(1)
      return `The gateway was killed with -9 and was back after ${tookS} s on the same store: ${before} reports before, ${after} after. Devices keep what was not acknowledged and send it now.`
    },
  }
}
