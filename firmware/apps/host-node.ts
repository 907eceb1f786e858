/** This machine as a device: a signed report a minute. Make its folder first: `hexfix provision --local`. */
import { hostSensor, runDevice } from '../../device-sdk/index.ts'

const device = await runDevice({
  dir: process.env.HEXFIX_DEVICE ?? '.hexfix/device',
  sensor: hostSensor(),
  everyS: Number(process.env.HEXFIX_EVERY_S ?? 60),
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
})
if (!device.ok) throw new Error(`${device.error.code} ${device.error.detail ?? ''}`)
process.once('SIGTERM', () => void device.value.close())
