import type { Finding } from '../verdict.ts'
import type { Link } from './link.ts'

/** Nobody is the witness of a beacon of their own. */
export const selfWitness = ({ beacon, witness }: Pick<Link, 'beacon' | 'witness'>): Finding | null =>
  beacon.kid === witness.kid ? { code: 'coverage/self-witness', rule: 'self-witness' } : null
