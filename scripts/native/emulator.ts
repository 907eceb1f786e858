/** Runs the signer's bytes under `qemu-arm-static`, by a loader of ours. Emulated: no silicon is involved. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileLoader } from './compile.ts'

/** The arena of `ecdsa.h`: offsets in bytes of what goes in and comes out. */
export const arenaBytes = 168
export const at = { digest: 0, secret: 32, signature: 64, publicKey: 128 } as const
export const operation = { selfTest: 0, publicKey: 1, sign: 2, verify: 3, sha256: 4, keccak256: 5 } as const

export type Request = {
  readonly operation: number
  readonly digest?: Uint8Array
  readonly secret?: Uint8Array
  readonly signature?: Uint8Array
  readonly publicKey?: Uint8Array
  readonly message?: Uint8Array
}
export type Reply = { readonly result: number; readonly stackBytes: number; readonly arena: Uint8Array }

/** The arena for a request, zeros where nothing goes in. */
export function arenaOf(request: Request): Uint8Array {
  const arena = new Uint8Array(arenaBytes)
  if (request.digest) arena.set(request.digest, at.digest)
  if (request.secret) arena.set(request.secret, at.secret)
  if (request.signature) arena.set(request.signature, at.signature)
  if (request.publicKey) arena.set(request.publicKey, at.publicKey)
  return arena
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function encode(request: Request, arena: Uint8Array): Buffer {
  const message = request.message ?? new Uint8Array()
  return Buffer.concat([word(request.operation | (message.length << 8)), arena, word(message.length), message])
}

export type Emulator = {
  run(requests: readonly Request[]): Reply[]
  runRaw(what: number, arena: Uint8Array, message: Uint8Array): Reply
  close(): void
}

/** Puts the bytes into a folder of their own with a fresh loader. Call `close` at the end. */
export function openEmulator(code: Uint8Array, table: Uint8Array): Emulator {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-qemu-'))
  const loader = compileLoader(folder)
  const files = [join(folder, 'code.bin'), join(folder, 'table.bin')] as const
  writeFileSync(files[0], code)
  writeFileSync(files[1], table)
  const replyBytes = 8 + arenaBytes

  const exchange = (input: Buffer, count: number): Reply[] => {
    const run = spawnSync('qemu-arm-static', [loader, ...files], { input, maxBuffer: replyBytes * count + 4096 })
    if (run.status !== 0 || run.stdout.length !== replyBytes * count) {
      throw new Error(`the emulated signer stopped: ${run.error ?? run.stderr} (status ${run.status}, ${run.signal})`)
    }
    return Array.from({ length: count }, (_, i) => {
      const reply = run.stdout.subarray(i * replyBytes, (i + 1) * replyBytes)
      return {
        result: reply.readInt32LE(0),
        stackBytes: reply.readUInt32LE(4),
        arena: Uint8Array.from(reply.subarray(8)),
      }
    })
  }
  return {
    run: (requests) => exchange(Buffer.concat(requests.map((one) => encode(one, arenaOf(one)))), requests.length),
    runRaw: (what, arena, message) => {
      const [reply] = exchange(Buffer.concat([word(what), arena, word(message.length), message]), 1)
      if (!reply) throw new Error('the emulated signer gave no reply')
      return reply
    },
    close: () => rmSync(folder, { recursive: true }),
  }
}
