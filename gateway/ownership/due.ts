import { inService } from '../registry/index.ts'
import type { Device } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyChange } from './deps.ts'
import { cancelledRotation } from './owner-step.ts'
import { noProof } from './proof.ts'
import { dueRotation } from './rotate.ts'

const actor = 'gateway'

const lapse = (device: Device, deps: OwnershipDeps): void => {
  const { kid, pendingUntilMs } = device
  const lapsed: Device = { ...device, status: 'lapsed', pendingUntilMs: null }
  const row = { atMs: deps.now(), kid, event: 'device/lapsed', actor, ...noProof({ pendingUntilMs }) } as const
  const history = [...cancelledRotation(kid, actor, deps), row]
  applyChange({ devices: [lapsed], history, rotationEnds: kid }, deps)
}

/** What the clock brings: rotations take effect, and registrations without a report lapse. Each is a change of its own. */
export const applyDue = (deps: OwnershipDeps): void => {
  const { registry } = deps
  const nowMs = deps.now()
  for (const rotation of registry.rotations()) {
    const old = inService(registry, rotation.kid)
    if (rotation.dueMs <= nowMs && old.ok) applyChange(dueRotation(old.value, rotation, deps), deps)
  }
  for (const device of registry.all()) {
    if (device.status === 'pending' && device.pendingUntilMs !== null && device.pendingUntilMs < nowMs) {
      lapse(device, deps)
    }
  }
}
