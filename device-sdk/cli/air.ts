import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { ok } from '../protocol/index.ts'
import { startAir } from '../radios/index.ts'

export const airCommand = async (
  options: { readonly port: number; readonly seed: number },
  console: Console,
): Promise<void> => {
  const stop = interrupted()
  const air = await startAir(options)
  if (!air.ok) {
    console.finish(air, () => [])
    process.exit()
  }
  const url = `udp://127.0.0.1:${air.value.port}`
  console.say(`air at ${url}`)
  await stop
  const stats = air.value.stats()
  await air.value.close()
  console.finish(ok({ air: url, ...stats }), () => [])
}
