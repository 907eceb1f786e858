import type { ExecFileSyncOptionsWithStringEncoding } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The image of StandardFirmata 2.4 for the Uno, as it came in this package of npm (MIT); nothing else of it is used. */
const source = 'avrgirl-arduino@5.0.1'
const file = 'package/junk/hex/uno/StandardFirmata.cpp.hex'
const sha256 = '6d57ea7cf30e26c9c2f3a01ee37907d2c951f8bc9c27f84dddad12fa9c8b8f36'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hexfix')
const image = join(cache, 'standard-firmata-uno.hex')

const isWhole = (path: string): boolean =>
  existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === sha256

const fetchImage = (): void => {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetch-'))
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    }
    const tarball = execFileSync('npm', ['pack', source, '--silent', '--fetch-retries=0'], options).trim()
    execFileSync('tar', ['xzf', tarball, file], options)
    if (isWhole(join(folder, file))) renameSync(join(folder, file), image)
  } catch {
    // No network, no npm: the caller says what is missing.
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where the image is, fetched once into the user's cache; `missing` says why it is not there and what to do. */
export const standardFirmata = (): { readonly path: string } | { readonly missing: string } => {
  if (!isWhole(image)) fetchImage()
  if (isWhole(image)) return { path: image }
  return {
    missing: `no StandardFirmata image; with a network: npm pack ${source} && tar xzf avrgirl-*.tgz ${file} && install -D ${file} ${image}`,
  }
}
