/** A generator of worlds for exchange from a seed: integers alone decide what happens, so that every machine makes the same one. */

/** Numerical Recipes' linear congruence, the upper bits of it. */
export const randomOf = (seed: number) => {
  let state = seed >>> 0
  /** A whole number from 0 to below `limit`. */
  return (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

type World = {
  readonly seed: number
  readonly hotspots: number
  readonly beacons: number
  readonly witnesses: number
  /** Length in ms. */
  readonly spanMs: number
}

const startMs = 1_790_000_000_000

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Lines of a world: hotspots on a grid about 700 m wide, beacons in time, each with its witnesses right after it. */
export function* worldLines({ seed, hotspots, beacons, witnesses, spanMs }: World): Generator<string> {
  const random = randomOf(seed)
  const side = Math.ceil(Math.sqrt(hotspots))
  const id = (n: number): string => `h${n}`
  for (let n = 0; n < hotspots; n++) {
    const lat = round(48 + Math.floor(n / side) * 0.0063 + random(900) / 1e6, 6)
    const lng = round(11 + (n % side) * 0.0094 + random(900) / 1e6, 6)
    yield JSON.stringify({ type: 'hotspot', id: id(n), lat, lng, gainDbi: random(90) / 10, owner: `o${n % 50}` })
  }
  for (let n = 0; n < beacons; n++) {
    const from = random(hotspots)
    const receivedMs = startMs + Math.floor((n * spanMs) / beacons)
    const freqKhz = 867_100 + 200 * random(8)
    yield JSON.stringify({
      type: 'beacon',
      id: `b${n}`,
      hotspot: id(from),
      receivedMs,
      txDbm: 14,
      freqKhz,
      radio: 'lora',
    })
    for (let k = 0; k < witnesses; k++) {
      const [down, across] = [random(21) - 10, random(21) - 10]
      const hotspot = id(Math.max(0, Math.min(hotspots - 1, from + down * side + across)))
      const witness = {
        type: 'witness',
        beacon: random(200) === 0 ? `lost${n}` : `b${n}`,
        hotspot,
        receivedMs: receivedMs + 100 + random(4100),
        rssiDbm: -70 - random(600) / 10,
        snrDb: random(200) / 10 - 10,
        freqKhz: random(100) === 0 ? freqKhz + 200 : freqKhz,
      }
      yield JSON.stringify(witness)
    }
  }
}
