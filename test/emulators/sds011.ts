/** Control protocol V1.3 of the SDS011, a data frame: PM2.5 and PM10 in tenths of ug/m3, low byte first, and their sum in eight bits. */
export const sds011Frame = (pm25: number, pm10: number): number[] => {
  const data = [pm25 & 0xff, pm25 >> 8, pm10 & 0xff, pm10 >> 8, 0xa1, 0x60]
  return [0xaa, 0xc0, ...data, data.reduce((sum, byte) => sum + byte, 0) & 0xff, 0xab]
}

const [workAt, commandBytes] = [4, 19]

/** An SDS011 at the end of a line: while it works it sends a frame each second; it is put to sleep and woken by commands. */
export const sds011 = (options: {
  readonly frame: (second: number) => readonly number[]
  readonly send: (bytes: readonly number[]) => void
}) => {
  let timer: NodeJS.Timeout | undefined
  let second = 0
  let held: number[] = []
  const obey = (command: readonly number[]): void => {
    clearInterval(timer)
    if (command[workAt] === 1) timer = setInterval(() => options.send(options.frame(second++)), 1_000)
  }
  return {
    receive: (bytes: Uint8Array): void => {
      held.push(...bytes)
      for (; held.length >= commandBytes; held = held.slice(commandBytes)) obey(held)
    },
    stop: (): void => clearInterval(timer),
  }
}
