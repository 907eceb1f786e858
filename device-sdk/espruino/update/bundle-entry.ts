/** What `hexfix build` makes `.bootcde` of, on a board with two places for firmware. */
import { chooseFirmware } from './choose.ts'

chooseFirmware()
