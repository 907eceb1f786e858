import words from './words/english.json' with { type: 'json' }

/**
 * Three words for people, from the first 33 bits of a kid: `ocean-table-vivid`. Two devices of a network can have the same:
 * about 6 in 100 000 among 1 000 devices, 1 in 172 among 10 000. They name a device in speech and open nothing.
 */
export const wordsOf = (kid: Uint8Array): string => {
  const bit = (at: number): number => ((kid[at >> 3] as number) >> (7 - (at & 7))) & 1
  const names: string[] = []
  for (let word = 0; word < 3; word++) {
    let index = 0
    for (let i = 0; i < 11; i++) index = index * 2 + bit(11 * word + i)
    names.push(words[index] as string)
  }
  return names.join('-')
}
