import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { combTable } from '../../../../device-sdk/espruino/index.ts'
import { boardFrame, boardFrameReader } from '../../../../device-sdk/link/index.ts'
import {
  bundleForEspruino,
  type FakeBoard,
  type FakeBoardOptions,
  fakeBoard,
} from '../../../../firmware/espruino-profile/index.ts'

const loop = fileURLToPath(new URL('../../../../device-sdk/espruino/loop/', import.meta.url))
const from = (file: string): string => JSON.stringify(join(loop, `${file}.ts`))

export type CryptoName = 'javascriptCrypto' | 'nativeCrypto'
const cryptoFiles = { javascriptCrypto: 'javascript-crypto', nativeCrypto: 'native-crypto' }

/** The program of a board with one sensor that counts. @param hasWifi - it has a link over WiFi beside its line. */
export const programOf = async (
  config: object,
  crypto: CryptoName = 'javascriptCrypto',
  hasWifi = false,
): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-loop-'))
  const baked = {
    app: 'test',
    board: 'espruino-pico',
    firmware: 3,
    everyS: 0.02,
    batch: 2,
    random: 'nrf52',
    open: false,
  }
  writeFileSync(
    join(folder, 'entry.ts'),
    `import { ${crypto} } from ${from(cryptoFiles[crypto])}
import { lineLink } from ${from('line')}
${hasWifi ? `import { wifiLink } from ${from('../wifi/link')}` : ''}
import { startDevice } from ${from('start')}
let t = 2000
startDevice({ config: ${JSON.stringify({ ...baked, outboxBytes: 4096, ...config })}, crypto: ${crypto}(),
  identify: () => print('identify'),
  links: [${hasWifi ? 'wifiLink(null), ' : ''}lineLink('USB')], sensors: [{ schema: 1, read: (done) => done([t++, null, 1325]) }] })`,
  )
  const { code } = await bundleForEspruino(join(folder, 'entry.ts'))
  rmSync(folder, { recursive: true })
  return code
}

export type Frame = { readonly type: number; readonly body: Uint8Array }
/** A fake board with that program, and the frames that it says. */
export type BoardUnderTest = {
  readonly board: FakeBoard
  readonly frames: Frame[]
  send(type: number, body?: Uint8Array): void
  /** The next frame of this type that was not taken yet. */
  next(type: number): Promise<Uint8Array>
}

export const openBoardUnderTest = (program: string, options: FakeBoardOptions = {}): BoardUnderTest => {
  const frames: Frame[] = []
  let wake = (): void => {}
  const read = boardFrameReader((type, body) => {
    frames.push({ type, body })
    wake()
  })
  const files = new Map<string, Uint8Array>([
    ['hexfix.tab', combTable()],
    ['.bootcde', Buffer.from(program, 'latin1')],
    ...(options.files ?? []),
  ])
  const board = fakeBoard(read, { ...options, files })
  return {
    board,
    frames,
    send: (type, body = new Uint8Array()) => board.write(boardFrame(type, body)),
    next: (type) =>
      new Promise((resolve) => {
        wake = () => {
          const at = frames.findIndex((frame) => frame.type === type)
          const found = at < 0 ? [] : frames.splice(at, 1)
          if (found[0] === undefined) return
          wake = () => {}
          resolve(found[0].body)
        }
        wake()
      }),
  }
}
