/** A new seed for each run, printed so that a failure can be had again: `SEED=123 npx vitest run ...`. */
export const printedSeed = (): number => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`seed ${seed}\n`)
  return seed
}
