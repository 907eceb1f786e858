import { z } from 'zod'
import { releaseBytesMax } from '../../device-sdk/protocol/index.ts'
import type { UpdateRow } from '../store/index.ts'
import type { UpdateDesk } from '../update/index.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readShape } from './http.ts'

export type UpdateRouteDeps = { readonly updates: UpdateDesk }

const kidsMax = 10_000
const expiresSDefault = 2_592_000
const expiresSMax = 31_536_000

const board = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'the id of a board')
const sequence = z.int().min(0).max(0xffff_ffff)
const releaseQuery = z.strictObject({
  board,
  firmware: z
    .string()
    .regex(/^[0-9]{1,10}$/)
    .transform(Number)
    .pipe(sequence),
})

/** Either devices by name, or the devices of a board. */
const wishBody = z
  .strictObject({
    firmware: sequence,
    board: board.optional(),
    kids: z
      .array(z.string().regex(/^[0-9a-f]{16}$/, 'a kid in 16 hex digits'))
      .min(1)
      .max(kidsMax)
      .optional(),
    percent: z.int().min(1).max(100).default(100),
    expiresS: z.int().min(60).max(expiresSMax).default(expiresSDefault),
  })
  .refine(({ kids, board: ofBoard }) => kids !== undefined || ofBoard !== undefined, 'names neither kids nor a board')

const addRelease = async ({ updates }: UpdateRouteDeps, request: Request): Promise<Answer> => {
  const query = releaseQuery.safeParse(Object.fromEntries(request.query))
  if (!query.success) return errorAnswer({ code: 'api/bad-request', detail: 'the query is ?board=ID&firmware=NUMBER' })
  const body = await request.body(releaseBytesMax)
  if (!body.ok) return errorAnswer(body.error.code === 'api/too-large' ? { code: 'release/too-large' } : body.error)
  const { board: id, firmware } = query.data
  return answerOf(updates.releases.add(id, firmware, body.value), (release) => release, 201)
}

/** For boards that cannot hold it whole: so many bytes from there on. */
const pieceQuery = z.object({
  from: z.coerce.number().int().min(0).default(0),
  bytes: z.coerce.number().int().min(1).default(releaseBytesMax),
})

const fetchRelease = ({ updates }: UpdateRouteDeps, { params: [sha256 = ''], query }: Request): Answer => {
  const wanted = pieceQuery.safeParse(Object.fromEntries(query))
  if (!wanted.success) return errorAnswer({ code: 'api/bad-request', detail: 'the query is ?from=BYTE&bytes=NUMBER' })
  const bytes = updates.releases.read(sha256)
  if (!bytes.ok) return errorAnswer(bytes.error)
  const { from, bytes: most } = wanted.data
  return { raw: bytes.value.subarray(from, from + most), type: 'application/octet-stream' }
}

const updateView = ({ firstN: _, ...row }: UpdateRow, { updates }: UpdateRouteDeps) => {
  const runs = updates.runs(row.kid)
  return { ...row, runs: runs === null ? null : runs.firmware }
}

const ask = async (deps: UpdateRouteDeps, request: Request): Promise<Answer> => {
  const wish = await readShape(request, wishBody)
  const asked = wish.ok ? deps.updates.ask(wish.value) : wish
  return answerOf(asked, (rows) => ({ updates: rows.map((row) => updateView(row, deps)) }), 202)
}

/** Firmware that the gateway keeps, and which device is to run which. */
export const updateRoutes = (deps: UpdateRouteDeps): readonly Route[] => [
  { method: 'POST', path: /^\/v1\/releases$/, access: 'admin', handle: (request) => addRelease(deps, request) },
  {
    method: 'GET',
    path: /^\/v1\/releases$/,
    access: 'admin',
    handle: () => ({ value: { releases: deps.updates.releases.all() } }),
  },
  {
    method: 'GET',
    // The digest is the permission: devices, which hold no token, have it from a signed update.
    path: /^\/v1\/releases\/([0-9a-f]{64})$/,
    access: 'public',
    handle: (request) => fetchRelease(deps, request),
  },
  { method: 'POST', path: /^\/v1\/updates$/, access: 'admin', handle: (request) => ask(deps, request) },
  {
    method: 'GET',
    path: /^\/v1\/updates$/,
    access: 'admin',
    handle: ({ query }) => {
      const kid = query.get('kid')
      const rows = deps.updates.all().filter((row) => kid === null || row.kid === kid)
      return { value: { updates: rows.map((row) => updateView(row, deps)) } }
    },
  },
]
