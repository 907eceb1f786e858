// Versions 0.2, 0.3 and later raise the number of the library; 0 is that of builds before the first release.
const sonames = ['1', '2', '3', '4', '5', '6', '0'].map((version) => `libsecp256k1.so.${version}`)

/** SECP256K1_CONTEXT_SIGN and SECP256K1_CONTEXT_VERIFY: needed before version 0.2, and the same as none since. */
const contextSignVerify = 0x0301

/** secp256k1_pubkey and secp256k1_ecdsa_signature are opaque, 64 bytes each, in every version. */
export const opaqueBytes = 64

/** The system's libsecp256k1 through koffi, with a context. Rejects where koffi or the library is not installed. */
export const loadLibsecp256k1 = async () => {
  const { default: koffi } = await import('koffi')
  const library = firstOf(sonames, (soname) => koffi.load(soname))
  const createContext = library.func('void *secp256k1_context_create(unsigned int flags)')
  const context: unknown = createContext(contextSignVerify)
  if (!context) throw new Error('libsecp256k1 gave no context')
  return { context, func: (prototype: string) => library.func(prototype) }
}

const firstOf = <T>(names: readonly string[], load: (name: string) => T): T => {
  for (const name of names) {
    try {
      return load(name)
    } catch {}
  }
  throw new Error(`none of ${names.join(', ')} is installed; on Debian: scripts/debian-packages.sh`)
}
