export type Alarm = (ms: number, ring: (() => void) | null) => void

/** One timer: what is set takes the place of what was set before; null is nothing. */
export const openAlarm = (): Alarm => {
  let id: ReturnType<typeof setTimeout> | null = null
  return (ms, ring) => {
    if (id !== null) clearTimeout(id)
    id = ring === null ? null : setTimeout(ring, ms)
  }
}
