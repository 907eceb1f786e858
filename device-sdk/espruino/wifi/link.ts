import { pieceFrames } from '../../protocol/board-link/pieces.ts'
import type { ByteString } from '../../protocol/index.ts'
import type { BoardLink, Loop, WifiState } from '../loop/loop.ts'
import { slot } from '../loop/slot.ts'
import { alarm } from './alarm.ts'
import { attempt } from './attempt.ts'
import { configure } from './configure.ts'
import { fail } from './fail.ts'
import { firmwareWifi } from './firmware.ts'
import { publish } from './publish.ts'
import { networkRecord } from './state.ts'
import { takePackets } from './take-packets.ts'

/**
 * MQTT over TCP on a network that the board joins by itself. What goes over it is signed, and readable on the way; a connection proves
 * nobody, so that what comes is judged as on a line.
 * @param fetch - gets the bytes of updates, where there is a place for them: see fetch-piece.ts.
 */
export const wifiLink =
  (fetch: ((loop: Loop, body: ByteString) => void) | null): BoardLink =>
  (loop) => {
    const wifi: WifiState = {
      run: 0,
      timer: null,
      hasNetwork: slot(networkRecord).read() !== null,
      isJoined: false,
      socket: null,
      prefix: '',
      isUp: false,
      isAwaited: false,
      held: '',
      skipped: 0,
      packetId: 0,
      tokens: 0,
      token: null,
      failures: 0,
      told: '',
      attempt,
      configure,
      // Why here and not where it is opened: what is made there would stay as long as the socket.
      listen: (_loop, socket) => {
        const own = wifi.run
        socket.on('data', (bytes) => {
          if (own !== wifi.run) return
          wifi.held += bytes
          takePackets(loop)
        })
        socket.on('close', () => {
          if (own === wifi.run) fail(loop, 'wifi/closed', '')
        })
      },
    }
    loop.wifi = wifi
    firmwareWifi().on('disconnected', () => {
      if (wifi.isJoined) fail(loop, 'wifi/lost', '')
    })
    alarm(loop, 1, attempt)
    return {
      isUp: () => wifi.isUp,
      send: (mtype, message) => publish(loop, mtype, message),
      frame: (type, body) => {
        if (fetch !== null && type === pieceFrames.ask) fetch(loop, body)
      },
    }
  }
