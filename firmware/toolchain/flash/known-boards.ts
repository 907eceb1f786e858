import type { FlashBoard } from './board.ts'

const ch340 = { vid: '1a86', pid: '7523', generic: true }
const cp2102 = { vid: '10c4', pid: 'ea60', generic: true }
const stm32Vcp = { vid: '0483', pid: '5740', generic: true }

/** The boards that `--board` names. Sources: Arduino's boards.txt, the board files of Espruino, ESP-IDF's board guides. */
export const knownBoards: readonly FlashBoard[] = [
  {
    id: 'uno',
    name: 'Arduino Uno',
    runtime: 'firmata',
    mcu: { part: 'ATmega328P', signature: '1e950f' },
    usb: [
      { vid: '2341', pid: '0043' },
      { vid: '2341', pid: '0001' },
      { vid: '2a03', pid: '0043' },
      { vid: '2341', pid: '0243' },
      ch340,
    ],
    flash: {
      protocol: 'stk500v1',
      baud: 115_200,
      pageBytes: 128,
      maxBytes: 32_256,
      manualBoot: 'press RESET, let go, and start the command within a second',
    },
    console: { baud: 57_600 },
  },
  {
    id: 'espruino-pico',
    name: 'Espruino Pico',
    runtime: 'espruino',
    mcu: { part: 'STM32F401', signature: 'PICO_R1_3' },
    usb: [stm32Vcp],
    flash: { protocol: 'espruino', maxBytes: 49_152, manualBoot: 'unplug it and plug it in without its button' },
    console: { baud: 9_600 },
  },
  {
    id: 'espruino-wifi',
    name: 'Espruino WiFi',
    runtime: 'espruino',
    mcu: { part: 'STM32F411', signature: 'ESPRUINOWIFI' },
    usb: [stm32Vcp],
    flash: { protocol: 'espruino', maxBytes: 65_536, manualBoot: 'unplug it and plug it in without its button' },
    console: { baud: 9_600 },
  },
  {
    id: 'esp32',
    name: 'ESP32 development board',
    runtime: 'espruino',
    mcu: { part: 'ESP32' },
    usb: [cp2102, ch340],
    flash: {
      protocol: 'esp-rom',
      baud: 115_200,
      maxBytes: 4_194_304,
      manualBoot: 'hold BOOT, press EN, let go of BOOT, and start the command again',
    },
    console: { baud: 115_200 },
  },
  {
    id: 'rpi-4',
    name: 'Raspberry Pi 4 Model B',
    runtime: 'node',
    mcu: { part: 'BCM2711' },
    usb: [],
    flash: { protocol: 'files' },
  },
]
