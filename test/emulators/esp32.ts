import type { EspChip } from './esp32-loader.ts'
import { espLoader } from './esp32-loader.ts'
import { espruinoConsole } from './espruino-console.ts'

export type Esp32Options = {
  readonly chip?: EspChip
  readonly flash: Uint8Array
  readonly send: (bytes: Uint8Array) => void
  readonly spoil?: (bytes: Buffer, address: number) => Buffer
  /** What the Storage of the interpreter holds. */
  readonly storage?: Map<string, Buffer>
}

export const flashBytes = 4 * 1024 * 1024

/** ESP32 Technical Reference Manual section 7.2 and ESP-IDF, "Partition Tables": what each must begin with. */
const bootable = [
  { address: 0x1000, bytes: [0xe9] },
  { address: 0x8000, bytes: [0xaa, 0x50] },
  { address: 0x10000, bytes: [0xe9] },
]

/**
 * An ESP32-DevKitC: the chip, its flash, its two buttons, and the two transistors by which DTR and RTS press them (Espressif, "Boot
 * Mode Selection"): RTS alone holds EN low, DTR alone holds IO0 low, both or none hold neither. When EN goes up, IO0 low
 * means the loader, else what the flash holds: Espruino, where all three parts are there.
 */
export const esp32 = ({ chip = 'ESP32', flash, send, spoil, storage = new Map() }: Esp32Options) => {
  const boots = (): boolean =>
    bootable.every(({ address, bytes }) => bytes.every((byte, i) => flash[address + i] === byte))
  let take: (bytes: Uint8Array) => void = () => {}
  const reset = (isBootHeld: boolean): void => {
    if (isBootHeld) take = espLoader({ chip, flash, send, ...(spoil === undefined ? {} : { spoil }) })
    else if (boots()) take = espruinoConsole({ board: 'ESP32', version: '2v29', storage, send })
    else {
      take = () => {}
      send(Buffer.from('rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\ninvalid header: 0xffffffff\r\n'))
    }
  }
  let [dtr, rts] = [false, false]
  reset(false)
  return {
    take: (bytes: Uint8Array): void => take(bytes),
    /** The lines of the USB chip: true is asserted, which is low on the wire. */
    control: (lines: { readonly dtr: boolean; readonly rts: boolean }): void => {
      const wasHeld = rts && !dtr
      dtr = lines.dtr
      rts = lines.rts
      if (wasHeld && !(rts && !dtr)) reset(dtr && !rts)
    },
    /** A person's hand: EN, with BOOT held or not. */
    press: (isBootHeld: boolean): void => reset(isBootHeld),
  }
}
