import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const source = '/usr/share/arduino/hardware/arduino/avr/bootloaders/optiboot/optiboot.c'

/** Why Optiboot cannot be built here, and what to do; null where it can. */
export const noOptiboot = existsSync(source) ? null : 'no Optiboot: run scripts/debian-packages.sh'

/**
 * Optiboot for the Uno, built from the source in Debian's arduino-core-avr by the flags of its Makefile, but for the flashes
 * of the LED at its start. Why not the image beside it: Debian's compiler made it 20 bytes longer than the 512 that a boot
 * section has, so that it reaches past the end of the flash.
 * @returns the path of its Intel HEX, in `folder`.
 */
export const buildOptiboot = (folder: string): string => {
  const elf = join(folder, 'optiboot.elf')
  const hex = join(folder, 'optiboot.hex')
  const size = ['-Os', '-fno-inline-small-functions', '-fno-split-wide-types', '-mshort-calls']
  const board = ['-mmcu=atmega328p', '-DF_CPU=16000000L', '-DBAUD_RATE=115200', '-DLED_START_FLASHES=0']
  const places = ['-Wl,--section-start=.text=0x7e00', '-Wl,--section-start=.version=0x7ffe']
  const link = [...places, '-Wl,--relax', '-Wl,--gc-sections', '-nostartfiles', '-nostdlib']
  execFileSync('avr-gcc', ['-w', ...size, ...board, ...link, '-o', elf, source])
  const version = ['-j', '.version', '--set-section-flags', '.version=alloc,load']
  execFileSync('avr-objcopy', ['-O', 'ihex', '-j', '.text', '-j', '.data', ...version, elf, hex])
  return hex
}
