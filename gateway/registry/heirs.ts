import type { Succession } from '../store/index.ts'

/** The device that a key belongs to: itself, or the last of those that took its place. */
export type HeirOf = (kid: string) => string

export const heirsOf = (successions: readonly Succession[]): HeirOf => {
  const next = new Map(successions.map(({ kid, newKid }) => [kid, newKid]))
  return (kid) => {
    let heir = kid
    for (let to = next.get(heir); to !== undefined; to = next.get(heir)) heir = to
    return heir
  }
}
