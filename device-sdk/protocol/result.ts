import type { Code } from './codes.ts'

/** What hostile or expected input gets in place of an exception. */
export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

/** A stable `area/reason` code of the registry in `codes.ts`, with what was seen. `detail` is for people and never holds a secret. */
export type Failure = { readonly code: Code; readonly detail?: string }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })

export const fail = (code: Code, detail?: string): Result<never> => ({
  ok: false,
  error: detail === undefined ? { code } : { code, detail },
})
