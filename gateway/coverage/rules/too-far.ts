import type { LinkRule } from './link.ts'

/** Whole kilometres: with a limit of 100, 100 999 m passes. */
export const tooFar: LinkRule = ({ distanceM }, { coverage }) => {
  const measured = Math.floor(distanceM / 1000)
  if (measured <= coverage.maxKm) return null
  return { code: 'coverage/too-far', rule: 'too-far', measured, threshold: coverage.maxKm, unit: 'km' }
}
