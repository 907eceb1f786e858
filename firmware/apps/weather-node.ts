/** Weather: temperature, humidity and pressure; beside them the light, and what a battery gives, where such parts are wired. */
import { report, sensor } from 'hexfix:board'

report([sensor('weather'), sensor('light'), sensor('gauge')])
