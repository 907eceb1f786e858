/** Air: fine particles, and the temperature and humidity that they were measured at. */
import { report, sensor } from 'hexfix:board'

report([sensor('dust'), sensor('air')])
