import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import { readIntelHex } from './intel-hex.ts'
import type { FlashJob, ImageFile } from './protocol.ts'
import { sha256Hex } from './protocol.ts'

/** The most that is read of an image where the manifest names no limit. */
export const imageBytesMax = 256 * 1024 * 1024

/** What Espruino runs first when it starts, here the lock of its console, and then. */
export const bootFiles = { lock: '.boot0', program: '.bootcde' }

const manifestFile = 'build.json'
const lockSource = 'boot0.js'
/** A name of Espruino's Storage has at most 28 bytes; it stands in code that the board runs. */
const storageName = z.string().regex(/^[A-Za-z0-9._-]{1,28}$/)
const buildSchema = z.object({
  main: storageName,
  files: z.record(storageName, z.object({ sha256: z.string() })),
})

type Image = FlashJob['image']

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Where a file of a build goes, and when: the program late, so that nothing runs before it is whole, and the lock last of all. */
const placeOf = (name: string, main: string): { readonly name: string; readonly order: number } => {
  if (name === main) return { name: bootFiles.program, order: 1 }
  return name === lockSource ? { name: bootFiles.lock, order: 2 } : { name, order: 0 }
}

/** The files of a build for Espruino, each as its manifest says. Errors: flash/bad-image. */
const readBuild = async (folder: string): Promise<Result<Image>> => {
  try {
    const read = buildSchema.safeParse(JSON.parse(await readFile(join(folder, manifestFile), 'utf8')))
    if (!read.success)
      return fail('flash/bad-image', `${folder}: ${read.error.issues[0]?.path.join('.')} of its manifest`)
    const { main, files } = read.data
    const image: (ImageFile & { readonly order: number })[] = []
    for (const [name, { sha256 }] of Object.entries(files)) {
      const bytes = await readFile(join(folder, name))
      if (sha256Hex(bytes) !== sha256) return fail('flash/bad-image', `${join(folder, name)} is not what was built`)
      image.push({ ...placeOf(name, main), bytes })
    }
    const [first, ...rest] = image.sort((a, b) => a.order - b.order)
    return first === undefined ? fail('flash/bad-image', `${folder} names no file`) : ok([first, ...rest])
  } catch (error) {
    return fail('flash/bad-image', reasonOf(error))
  }
}

const readOne = async (path: string, { flash }: FlashBoard, bytesMax: number): Promise<Result<Image>> => {
  const bytes = await readFile(path).catch(reasonOf)
  if (typeof bytes === 'string') return fail('flash/bad-image', bytes)
  if (bytes.length === 0) return fail('flash/bad-image', `${path} is empty`)
  if (flash.protocol !== 'stk500v1') return ok([{ name: bootFiles.program, bytes }])
  const hex = readIntelHex(bytes.toString('latin1'), bytesMax)
  return hex.ok ? ok([{ name: bootFiles.program, bytes: hex.value }]) : hex
}

/** Reads what is to be flashed. Errors: flash/bad-image, flash/too-large. */
export const readImage = async (path: string, board: FlashBoard): Promise<Result<Image>> => {
  const { protocol, maxBytes = imageBytesMax } = board.flash
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const image = isFolder && protocol === 'espruino' ? await readBuild(path) : await readOne(path, board, maxBytes)
  if (!image.ok) return image
  const bytes = image.value.reduce((sum, file) => sum + file.bytes.length, 0)
  return bytes > maxBytes ? fail('flash/too-large', `${bytes} of ${maxBytes} bytes`) : image
}
