import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
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
export type ReadImage = { readonly protocol: FlashBoard['flash']['protocol']; readonly files: Image }

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

/** The parts of a firmware in a folder, one file for each place in the flash that the board's manifest names. Errors: flash/bad-image, flash/too-large. */
const readParts = async (folder: string, { flash: { parts = [], maxBytes } }: FlashBoard): Promise<Result<Image>> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.bin')).sort()
  const image: ImageFile[] = []
  for (const [i, { begins, address }] of parts.entries()) {
    const [name, ...others] = names.filter((one) => one.startsWith(begins))
    if (name === undefined) return fail('flash/bad-image', `${folder} has no ${begins}*.bin`)
    if (others.length > 0) return fail('flash/bad-image', `${folder} has ${[name, ...others].join(' and ')}: which?`)
    const bytes = await readFile(join(folder, name)).catch(reasonOf)
    if (typeof bytes === 'string') return fail('flash/bad-image', bytes)
    const room = (parts[i + 1]?.address ?? maxBytes ?? Number.POSITIVE_INFINITY) - address
    if (bytes.length > room) return fail('flash/too-large', `${name}: ${bytes.length} of ${room} bytes`)
    image.push({ name, bytes, address })
  }
  const [first, ...rest] = image
  return first === undefined ? fail('flash/bad-image', `${folder} is a folder; name one image`) : ok([first, ...rest])
}

const readOne = async (path: string, { flash }: FlashBoard, bytesMax: number): Promise<Result<Image>> => {
  const bytes = await readFile(path).catch(reasonOf)
  if (typeof bytes === 'string') return fail('flash/bad-image', bytes)
  if (bytes.length === 0) return fail('flash/bad-image', `${path} is empty`)
  if (flash.protocol !== 'stk500v1') return ok([{ name: bootFiles.program, bytes }])
  const hex = readIntelHex(bytes.toString('latin1'), bytesMax)
  return hex.ok ? ok([{ name: bootFiles.program, bytes: hex.value }]) : hex
}

/**
 * Who on the board takes the image: what is for Espruino goes to the interpreter, also where the interpreter itself came by the
 * loader of the chip.
 */
const protocolFor = (path: string, isBuild: boolean, { runtime, flash }: FlashBoard): ReadImage['protocol'] =>
  flash.protocol === 'esp-rom' && runtime === 'espruino' && (isBuild || path.endsWith('.js'))
    ? 'espruino'
    : flash.protocol

/** Reads what is to be flashed. Errors: flash/bad-image, flash/too-large. */
export const readImage = async (path: string, board: FlashBoard): Promise<Result<ReadImage>> => {
  const { maxBytes = imageBytesMax } = board.flash
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const isBuild = isFolder && existsSync(join(path, manifestName))
  const protocol = protocolFor(path, isBuild, board)
  const read = (): Promise<Result<Image>> => {
    if (isFolder && protocol === 'espruino') return readBuild(path, board)
    if (isFolder && protocol === 'esp-rom') return readParts(path, board)
    return readOne(path, board, maxBytes)
  }
  const image = await read()
  if (!image.ok) return image
  const bytes = image.value.reduce((sum, file) => sum + file.bytes.length, 0)
  return bytes > maxBytes
    ? fail('flash/too-large', `${bytes} of ${maxBytes} bytes`)
    : ok({ protocol, files: image.value })
}
