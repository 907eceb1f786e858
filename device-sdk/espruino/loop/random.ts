import type { Sha256 } from '../../protocol/index.ts'
import type { RandomSource } from './config.ts'
import { toBytes } from './firmware.ts'

/** RNG_DATA_REG, ESP32 Technical Reference Manual section 24. Random while the radio is on, which the firmware's BLE sees to. */
const esp32Register = 0x3ff75144

const wordOf = (source: RandomSource): number => (source === 'esp32' ? peek32(esp32Register) : E.hwRand())

/**
 * 32 random bytes, by SHA-256 over what the source gives; null from a source that stands still (NIST SP 800-90B, section 4.4.1).
 *
 * What `E.hwRand` is, by jshGetRandomNumber of Espruino 2v29: on nRF5x the generator of the chip, through the SoftDevice; on STM32F4
 * 32 readings of the reference voltage while it rises, worth little each, so that 8 192 of them are taken; on ESP32 and
 * Linux the C library's `rand`, from a fixed seed, which is worth nothing: there it is never asked.
 */
export const random32 = (source: RandomSource, sha256: Sha256): Uint8Array | null => {
  if (source === 'linux') {
    const file = E.openFile('/dev/urandom', 'r')
    const bytes = toBytes(file.read(32))
    file.close()
    return bytes.length === 32 ? bytes : null
  }
  const pool = new Int32Array(source === 'stm32f4' ? 256 : 16)
  for (let i = 0; i < pool.length; i++) {
    const word = wordOf(source) | 0
    if (i > 0 && word === pool[i - 1]) return null
    pool[i] = word
  }
  return sha256(new Uint8Array(pool.buffer))
}
