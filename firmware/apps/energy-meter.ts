/** Energy: what a meter counted, by its pulses or by its registers. */
import { report, sensor } from 'hexfix:board'

report([sensor('meter')])
