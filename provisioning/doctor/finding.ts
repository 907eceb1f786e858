import type { Failure, Result } from '../../device-sdk/protocol/index.ts'

/** One thing that was looked at: it fails, or it is well, with advice where something could be better. */
export type Finding = {
  readonly name: string
  readonly detail: string
  readonly failure: Failure | null
  readonly advice: string | null
}

export const well = (name: string, detail: string, advice: string | null = null): Finding => {
  return { name, detail, failure: null, advice }
}

export const fault = (name: string, failure: Failure): Finding => {
  return { name, detail: failure.detail ?? failure.code, failure, advice: null }
}

export const finding = <T>(name: string, result: Result<T>, detail: (value: T) => string): Finding =>
  result.ok ? well(name, detail(result.value)) : fault(name, result.error)
