import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import { manifestName, readManifest } from '../build/manifest.ts'
import type { FlashBoard } from './board.ts'
import { readIntelHex } from './intel-hex.ts'
import type { FlashJob, ImageFile } from './protocol.ts'
import { sha256Hex } from './protocol.ts'

/** The most that is read of an image where the manifest names no limit. */
export const imageBytesMax = 256 * 1024 * 1024

/** What Espruino runs first when it starts, here the lock of its console, and then. */
export const bootFiles = { lock: '.boot0', program: '.bootcde' }

/** A name of Espruino's Storage; it stands in code that the board runs. */
const storageName = /^[A-Za-z0-9._-]{1,28}$/

type Image = FlashJob['image']

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The files of a build for Espruino, each as its manifest says, in its order. Errors: flash/bad-image. */
const readBuild = async (folder: string, board: FlashBoard): Promise<Result<Image>> => {
  const manifest = await readManifest(folder)
  if (!manifest.ok) return manifest
  if (manifest.value === null) return fail('flash/bad-image', `${folder} is no build: it has no ${manifestName}`)
  const { board: builtFor, files, storage = {} } = manifest.value
  if (builtFor !== board.id) return fail('flash/bad-image', `${folder} is built for ${builtFor}, not for ${board.id}`)
  const image: ImageFile[] = []
  for (const [file, name] of Object.entries(storage)) {
    if (!storageName.test(name)) return fail('flash/bad-image', `${folder}: the name ${name} is none of a Storage`)
    const bytes = await readFile(join(folder, file)).catch(reasonOf)
    if (typeof bytes === 'string') return fail('flash/bad-image', bytes)
    if (sha256Hex(bytes) !== files[file]?.sha256)
      return fail('flash/bad-image', `${join(folder, file)} is not what was built`)
    image.push({ name, bytes })
  }
  const [first, ...rest] = image
  return first === undefined ? fail('flash/bad-image', `${folder} names no file for its board`) : ok([first, ...rest])
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
  const image =
    isFolder && protocol === 'espruino' ? await readBuild(path, board) : await readOne(path, board, maxBytes)
  if (!image.ok) return image
  const bytes = image.value.reduce((sum, file) => sum + file.bytes.length, 0)
  return bytes > maxBytes ? fail('flash/too-large', `${bytes} of ${maxBytes} bytes`) : image
}
