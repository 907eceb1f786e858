/** A stable code of the registry, with what was seen. */
export type Fault<Name extends string> = { readonly code: Name; readonly detail: string }

export type Outcome<T, Name extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Fault<Name> }

export const done = <T>(value: T): Outcome<T, never> => ({ ok: true, value })

export const fault = <Name extends string>(code: Name, detail: string): Outcome<never, Name> => ({
  ok: false,
  error: { code, detail },
})
