import { firmata } from './kinds/firmata.ts'
import { host } from './kinds/host.ts'
import { i2c } from './kinds/i2c.ts'
import { openSensorOf } from './kinds/kind.ts'
import { modbus } from './kinds/modbus.ts'
import { nmea } from './kinds/nmea.ts'
import { pulses } from './kinds/pulses.ts'
import { replay } from './kinds/replay.ts'
import { sds011 } from './kinds/sds011.ts'

/** The sensor that a command line names: of any kind. */
export const openSensor = openSensorOf([host, replay, firmata, pulses, i2c, nmea, sds011, modbus])
