import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { evmAddress, nobleSigner } from '../../../device-sdk/signer/index.ts'
import type { Act } from '../../../provisioning/owner/act.ts'
import { forgetPending, readPending, writePending } from '../../../provisioning/owner/pending.ts'
import { testFolder } from '../../gateway/harness.ts'

const owner = evmAddress(nobleSigner(new Uint8Array(32).fill(0x2f)).publicKey)
const expires = 1_790_003_600
const act: Act = {
  words: 'revoke 0123456789abcdef',
  path: '/v1/devices/0123456789abcdef/revoke',
  body: { reason: 1 },
  within: null,
  typed: {
    name: 'DeviceRevoke',
    message: { net: 1, device: owner, owner, reason: 1, nonce: new Uint8Array(32).fill(0x11), expires },
    chainId: 31_337,
  },
  needs: [{ field: 'ownerSignature', address: owner }],
  signatures: { other: new Uint8Array(65).fill(7) },
}

it('an act waits for its signature as it was made, until its time is over, for a run with the same words alone', () => {
  const path = join(testFolder(), 'pending', 'act.json')
  expect(readPending(path, act.words, 0)).toBeNull()
  writePending(path, act)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readPending(path, act.words, expires - 1)).toEqual(act)
  expect(readPending(path, act.words, expires)).toBeNull()
  expect(readPending(path, 'revoke another', expires - 1)).toBeNull()
  forgetPending(path)
  expect(readPending(path, act.words, expires - 1)).toBeNull()
  writeFileSync(path, '{"words":"revoke 0123456789abcdef"}')
  expect(readPending(path, act.words, expires - 1)).toBeNull()
})
