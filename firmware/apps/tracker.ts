/** Position: where it is and how fast it goes; beside it what its battery gives, where a gauge is wired. */
import { report, sensor } from 'hexfix:board'

report([sensor('gnss'), sensor('gauge')])
