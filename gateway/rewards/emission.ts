/** What an epoch may issue: E(e) = E0 >> floor(e / H), in the smallest unit of money. Never rises, and ends at 0. */
export const emissionOf = (epoch: number, first: bigint, halvingEpochs: number): bigint => {
  if (!(Number.isSafeInteger(epoch) && epoch >= 0)) throw new RangeError(`not an epoch: ${epoch}`)
  if (!(Number.isSafeInteger(halvingEpochs) && halvingEpochs > 0))
    throw new RangeError('halving takes at least 1 epoch')
  return first >> BigInt(Math.floor(epoch / halvingEpochs))
}
