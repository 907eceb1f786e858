/** The memory that machine code works in: `ecdsa.h`. */
export const arenaBytes = 168
