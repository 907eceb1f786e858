import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { buildApp, writeBuild } from '../toolchain/build/build.ts'
import type { BuildManifest } from '../toolchain/build/manifest.ts'
import { buildFolder } from './options.ts'
import { projectFile, readProject } from './project.ts'

/**
 * Builds the project of this folder; null where it is none. Always anew: nothing in the folder tells whether a build is of today's
 * sources. @param real - a board was named, whatever the project simulates.
 * Errors: project/malformed, project/simulated, project/no-board, those of `buildApp` and `writeBuild`.
 */
export const buildHere = async (real: boolean): Promise<Result<BuildManifest | null>> => {
  const project = await readProject('.')
  if (!project.ok) return project
  if (project.value === null) return ok(null)
  const { app, board, firmware = 0, simulate } = project.value
  if (simulate !== undefined && !real) return fail('project/simulated', simulate)
  if (app === undefined || board === undefined) return fail('project/no-board', projectFile)
  const { source, config } = project.value
  const hardware = process.env.HEXFIX_HARDWARE ?? project.value.hardware
  const built = await buildApp({
    app,
    board,
    firmware,
    dev: false,
    ...(source === undefined ? {} : { source }),
    ...(config === undefined ? {} : { config }),
    ...(hardware === undefined ? {} : { hardware }),
  })
  if (!built.ok) return built
  const written = await writeBuild(built.value, buildFolder)
  return written.ok ? ok(built.value.manifest) : written
}
