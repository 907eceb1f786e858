import type { LinkRule } from './link.ts'

/** Nobody is the witness of a beacon of their own. */
export const selfWitness: LinkRule = ({ beacon, witness }) =>
  beacon.kid === witness.kid ? { code: 'coverage/self-witness', rule: 'self-witness' } : null
