import type { ByteString, Code } from '../../protocol/index.ts'

/**
 * The radio, as far as both firmwares have it: ESP32 in C (libs/network/esp32), Espruino WiFi in JavaScript over the AT commands of its
 * ESP8266 (libs/js/espruino_wifi). Source: Espruino 2v29.
 */
export type Wifi = {
  /** `done` gets null, or why not in the words of the firmware. It may throw, and it may never call back. */
  connect(ssid: ByteString, options: { readonly password: ByteString }, done: (error: string | null) => void): void
  /** Why not relied on: the ESP8266 says WIFI DISCONNECT, and its module listens for WIFI DISCONNECTED. */
  on(event: 'disconnected', take: () => void): void
}
export type Socket = {
  on(event: 'data', take: (bytes: ByteString) => void): void
  on(event: 'close', take: (hadError: boolean) => void): void
  /** Throws where the socket is closed. */
  write(bytes: ByteString): void
  end(): void
}
export type Net = {
  /** Throws where there is no network, no such host and no free socket. */
  connect(to: { readonly host: string; readonly port: number }, connected: (socket: Socket) => void): Socket
}

/** A response of the firmware's client: its status is a text. */
export type Http = {
  get(
    from: { readonly host: string; readonly port: number; readonly path: string },
    answered: (response: {
      readonly statusCode: string
      on(event: 'data', take: (bytes: ByteString) => void): void
      on(event: 'close', take: () => void): void
    }) => void,
  ): void
}

declare const global: { require(name: string): unknown }

export const firmwareWifi = (): Wifi => global.require('Wifi') as Wifi
export const firmwareHttp = (): Http => global.require('http') as Http
export const firmwareNet = (): Net => global.require('net') as Net

/** Parts of what the firmwares say: reasons of the ESP32 by their names, and what the ESP8266 answers to AT+CWJAP. */
const wrongPassphrase = ['AUTH_FAIL', 'HANDSHAKE', 'MIC_FAILURE', 'CWJAP:2']
const noNetwork = ['NO_AP', 'CWJAP:3']

/** Why a network was not joined, by the words of the firmware. */
export const joinFault = (error: string): Code => {
  const says = (word: string): boolean => error.indexOf(word) >= 0
  if (wrongPassphrase.some(says)) return 'wifi/wrong-passphrase'
  return noNetwork.some(says) ? 'wifi/no-network' : 'wifi/not-joined'
}
