import { loadAddonVerifier } from './addon-verifier.ts'
import { loadKoffiVerifier } from './koffi-verifier.ts'
import { loadLibauthVerifier } from './libauth-verifier.ts'
import { loadNobleVerifier } from './noble-verifier.ts'
import { selfTest } from './self-test.ts'
import type { Verifier } from './verifier.ts'

/** Each loads what it needs when it is called, and rejects where that is not installed. */
export const verifierLoaders = {
  koffi: loadKoffiVerifier,
  addon: loadAddonVerifier,
  libauth: loadLibauthVerifier,
  noble: loadNobleVerifier,
}

export type VerifierName = keyof typeof verifierLoaders

/** Fastest first: 0.95, 0.8, 0.27 and 0.03 of what libsecp256k1 reaches in C. */
const verifierOrder: readonly VerifierName[] = ['koffi', 'addon', 'libauth', 'noble']

export type ChosenVerifier = {
  readonly verifier: Verifier
  /** Those before it in the order, each with the reason why it was left out. */
  readonly tried: readonly { readonly name: string; readonly why: string }[]
}

/**
 * The first verifier of the order that is installed and passes its self-test.
 * @throws Error, with every reason, where none does: the installation is broken.
 */
export const chooseVerifier = async (
  order: readonly VerifierName[] = verifierOrder,
  loaders: Readonly<Record<VerifierName, () => Promise<Verifier>>> = verifierLoaders,
): Promise<ChosenVerifier> => {
  const tried: { name: string; why: string }[] = []
  for (const name of order) {
    const loaded = await loadTested(loaders[name])
    if (typeof loaded !== 'string') return { verifier: loaded, tried }
    tried.push({ name, why: loaded })
  }
  const reasons = tried.map(({ name, why }) => `${name}: ${why}`).join('; ')
  throw new Error(`no verifier for signatures works (${reasons}); run npm ci again`)
}

const loadTested = async (load: () => Promise<Verifier>): Promise<Verifier | string> => {
  try {
    const verifier = await load()
    return selfTest(verifier) ?? verifier
  } catch (error) {
    return firstLine(error instanceof Error ? error.message : String(error))
  }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''
