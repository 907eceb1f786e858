import { decode } from './cbor/decode.ts'
import { encode } from './cbor/encode.ts'
import type { CborValue } from './cbor/value.ts'
import { isList, isMap } from './cbor/value.ts'
import { bundleFilesMax, bundlePathBytesMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/** A file of a bundle: its path in it, `/` between folders. */
export type BundleFile = { readonly path: string; readonly bytes: Uint8Array }

const format = 'HXFB1'

/** Visible ASCII and spaces; no way out of the folder that it is unpacked into. */
const isPath = (path: unknown): path is string =>
  typeof path === 'string' &&
  path.length <= bundlePathBytesMax &&
  /^[ -~]+$/.test(path) &&
  !path.includes('\\') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/**
 * The files of a bundle as one: deterministic, so that the same files are the same SHA-256. What signs it is the update.
 * Errors: update/bad-bundle.
 */
export const packBundle = (files: readonly BundleFile[]): Result<Uint8Array> => {
  const odd = files.find(({ path }) => !isPath(path))
  if (odd !== undefined) return fail('update/bad-bundle', `${odd.path} is no path of a bundle`)
  if (files.length < 1 || files.length > bundleFilesMax)
    return fail('update/bad-bundle', `${files.length} files, 1 to ${bundleFilesMax}`)
  return ok(encode([format, { entries: files.map(({ path, bytes }): [string, CborValue] => [path, bytes]) }]))
}

/** The files are views into `bytes`. Errors: update/bad-bundle. */
export const unpackBundle = (bytes: Uint8Array): Result<readonly BundleFile[]> => {
  const decoded = decode(bytes)
  if (!decoded.ok) return fail('update/bad-bundle', decoded.error.detail)
  const [name, map] = isList(decoded.value) ? decoded.value : []
  if (name !== format || !isMap(map)) return fail('update/bad-bundle', 'it is packed in another way')
  const files: BundleFile[] = []
  for (const [path, content] of map.entries) {
    if (!isPath(path) || !(content instanceof Uint8Array)) return fail('update/bad-bundle', `the file ${path}`)
    files.push({ path, bytes: content })
  }
  if (files.length < 1 || files.length > bundleFilesMax) return fail('update/bad-bundle', `${files.length} files`)
  return ok(files)
}
