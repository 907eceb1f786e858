/** The cross compiler: from `device-sdk/espruino/native/src` to the bytes that Espruino calls. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const prefix = 'arm-none-eabi-'
export const sources = fileURLToPath(new URL('../../device-sdk/espruino/native/src/', import.meta.url))

export const flags = [
  '-std=c11',
  '-mcpu=cortex-m4',
  '-mthumb',
  '-mfloat-abi=soft',
  '-Os',
  '-fpic',
  '-ffreestanding',
  '-fomit-frame-pointer',
  // Why: bytes, words and lanes are looked at as each other.
  '-fno-strict-aliasing',
  '-fno-jump-tables',
  // Why: a loop must not become a call of memcpy or memset, for there is no library.
  '-fno-tree-loop-distribute-patterns',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-nostdlib',
] as const

const run = (tool: string, args: readonly string[], cwd?: string): string =>
  execFileSync(tool, args, { encoding: 'utf8', ...(cwd === undefined ? {} : { cwd }) })

/** The first line of the compiler's own words, or undefined where there is none. */
export function compilerVersion(): string | undefined {
  try {
    return run(`${prefix}gcc`, ['--version']).split('\n')[0]
  } catch {
    return undefined
  }
}

/** What was built: the bytes, and what binutils say of the file that they were taken from. */
export type Built = { code: Uint8Array; relocations: string; sections: string; disassembly: string }

/** Builds the signer. @param defines - flags for tests, such as `CANARY_BRANCH`. Throws with the compiler's words. */
export function compileSigner(defines: readonly string[] = []): Built {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-native-'))
  try {
    const elf = join(folder, 'signer.elf')
    const binary = join(folder, 'signer.bin')
    const link = ['-Wl,-T,layout.ld', '-Wl,--build-id=none', '-o', elf, 'signer.c']
    run(`${prefix}gcc`, [...flags, ...defines.map((name) => `-D${name}`), ...link], sources)
    run(`${prefix}objcopy`, ['-O', 'binary', '-j', '.text', elf, binary])
    return {
      code: readFileSync(binary),
      relocations: run(`${prefix}readelf`, ['-r', elf]).trim(),
      sections: run(`${prefix}size`, ['-A', elf]),
      disassembly: run(`${prefix}objdump`, ['-d', elf]),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const warnings = ['-O2', '-Wall', '-Wextra', '-Werror'] as const

/** Builds the loader that runs the signer under `qemu-arm-static`, into `folder`; its path. */
export function compileLoader(folder: string): string {
  const path = join(folder, 'loader')
  run('arm-linux-gnueabihf-gcc', [...warnings, '-static', '-o', path, own('loader.c')])
  return path
}

/** Builds the tracer, a program of this machine over libunicorn, into `folder`; its path. */
export function compileTracer(folder: string): string {
  const path = join(folder, 'trace')
  run('gcc', [...warnings, '-o', path, own('trace.c'), '-lunicorn'])
  return path
}
