import { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { isKid } from '../../device-sdk/protocol/index.ts'
import type { Ownership } from '../ownership/index.ts'
import type { Registry } from '../registry/index.ts'
import { inService, placeOf } from '../registry/index.ts'
import type { Device, HistoryRow } from '../store/index.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readShape } from './http.ts'
import { deviceView, historyView } from './views.ts'

export type DeviceDeps = {
  readonly registry: Registry
  readonly ownership: Ownership
  readonly identity: { readonly net: number }
  isConnected(kid: string): boolean
}

const placeBody = z.strictObject({ lat: z.number(), lng: z.number(), gainDbi: z.number().min(-20).max(30).default(0) })

export const viewOf = (deps: DeviceDeps, device: Device) => {
  // A connection that was just ended may still stand in the list.
  const isConnected = inService(deps.registry, device.kid).ok && deps.isConnected(device.kid)
  return deviceView(device, deps.identity.net, isConnected, deps.registry.rotationOf(device.kid))
}

export const deviceAnswer = (deps: DeviceDeps, device: Result<Device>, status = 200): Answer =>
  answerOf(device, (one) => viewOf(deps, one), status)

const place = async (deps: DeviceDeps, request: Request): Promise<Answer> => {
  const [kid = ''] = request.params
  const body = await readShape(request, placeBody)
  const where = body.ok ? placeOf(body.value) : body
  return deviceAnswer(deps, where.ok ? deps.ownership.placeAsHost(kid, where.value) : where)
}

/** What happened to a device that is known, or to a key that was to become one. */
const rows = (deps: DeviceDeps, kid: string, name: string, list: readonly HistoryRow[]): Answer =>
  list.length === 0 && deps.registry.get(kid) === null
    ? errorAnswer({ code: 'device/unknown', detail: kid })
    : { value: { kid, [name]: list.map(historyView) } }

/** Devices as they are, as they were, and where the host says that they stand. */
export const deviceRoutes = (deps: DeviceDeps): readonly Route[] => [
  {
    method: 'GET',
    path: /^\/v1\/devices$/,
    access: 'read',
    handle: () => ({ value: { devices: deps.registry.all().map((device) => viewOf(deps, device)) } }),
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([^/]+)$/,
    access: 'read',
    handle: ({ params: [kid = ''] }) => {
      const device = isKid(kid) ? deps.registry.get(kid) : null
      return device === null ? errorAnswer({ code: 'device/unknown', detail: kid }) : { value: viewOf(deps, device) }
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/history$/,
    access: 'read',
    handle: ({ params: [kid = ''] }) => rows(deps, kid, 'history', deps.ownership.history(kid)),
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/locations$/,
    access: 'read',
    handle: ({ params: [kid = ''] }) => rows(deps, kid, 'locations', deps.ownership.locations(kid)),
  },
  {
    method: 'PUT',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/place$/,
    access: 'admin',
    handle: (request) => place(deps, request),
  },
]
