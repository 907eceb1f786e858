import { addr, signTyped } from 'micro-eth-signer'
import type { TypedName } from '../../../device-sdk/protocol/index.ts'
import { fromHex, toHex, typedFields } from '../../../device-sdk/protocol/index.ts'
import { evmAddress, publicKeyOf, sha256 } from '../../../device-sdk/signer/index.ts'
import { net } from '../keys.ts'

export const chainId = 31_337

/** Somebody with an EVM key that anyone can make again from its name. */
export type Person = { readonly name: string; readonly secret: Uint8Array; readonly address: Uint8Array }

/** The same secret as that of `testKey(name)`: a device signs typed messages with its own key. */
export const person = (name: string): Person => {
  const secret = sha256(Buffer.from(`hexfix test key ${name}`))
  return { name, secret, address: evmAddress(publicKeyOf(secret)) }
}

export type Fields = Readonly<Record<string, unknown>>

/** Signs with `micro-eth-signer`, which knows nothing of this project: types, hashes and keys are its own. */
export const signAs = (who: Person, name: TypedName, fields: Fields, chain = chainId): Uint8Array => {
  const types = typedFields[name].split(',').map((field) => {
    const [type = '', label = ''] = field.split(' ')
    return { name: label, type }
  })
  const theirs = (type: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return type === 'address' ? addr.addChecksum(`0x${toHex(value)}`) : value
    return BigInt(typeof value === 'string' ? `0x${value}` : Number(value))
  }
  const typed = {
    types: { [name]: types },
    primaryType: name as string,
    domain: { name: 'hexfix', version: '1', chainId: BigInt(chain) },
    message: Object.fromEntries(types.map((one) => [one.name, theirs(one.type, fields[one.name])])),
  }
  return fromHex(signTyped(typed as never, who.secret, false).slice(2)) ?? new Uint8Array(0)
}

/** What is bound into every message besides its own fields; `change` says what is wrong about it. */
export const bound = (nonce: Uint8Array, expires: number): Fields => ({ net, nonce: sha256(nonce), expires })

const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n

/** The other form of the same signature: n - s, and the other v. */
export const highS = (signature: Uint8Array): Uint8Array => {
  const s = BigInt(`0x${toHex(signature.slice(32, 64))}`)
  const v = signature[64] === 27 ? '1c' : '1b'
  const flipped = (order - s).toString(16).padStart(64, '0')
  return fromHex(`${toHex(signature.slice(0, 32))}${flipped}${v}`) ?? new Uint8Array(0)
}
