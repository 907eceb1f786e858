export type { DeviceMessage, SignedDeps } from './read-signed.ts'
export { readSigned } from './read-signed.ts'
export type { GatewayIdentity } from './sign-down.ts'
export { signDown } from './sign-down.ts'
