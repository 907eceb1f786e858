import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Small enough that the memory of the interpreter stays free for what it writes. */
const pieceBytes = 3_000

/** Runs a script in a folder by a Linux build of Espruino, whose Storage is a file there. */
const runScript = (interpreter: string, folder: string, script: string): void => {
  writeFileSync(join(folder, 'write.js'), script)
  const wrote = spawnSync(interpreter, ['write.js'], { cwd: folder })
  if (wrote.status !== 0) throw new Error(`the interpreter ended with ${wrote.status}: ${wrote.stderr}`)
}

/** Writes files into its Storage, in pieces by runs of their own. */
export const writeStorage = (interpreter: string, folder: string, files: ReadonlyMap<string, Uint8Array>): void => {
  for (const [name, bytes] of files)
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = Buffer.from(bytes.subarray(at, at + pieceBytes)).toString('base64')
      const place = `${JSON.stringify(name)},atob("${piece}"),${at},${bytes.length}`
      runScript(interpreter, folder, `require("Storage").write(${place});\n`)
    }
}

/** The files of a build by their names in Storage. */
export const builtFiles = (built: string): Map<string, Uint8Array> => {
  const { storage } = JSON.parse(readFileSync(join(built, 'build.json'), 'utf8')) as { storage: object }
  return new Map(Object.entries(storage).map(([file, name]) => [String(name), readFileSync(join(built, file))]))
}
