/* Keccak-256 as Ethereum uses it: the padding before FIPS 202, the permutation of FIPS 202, section 3. */

/* Bits 0, 1, 3, 7, 15, 31 and 63 of each round's constant, in the bits of one byte. */
static const byte keccak_rounds[24] = {0x01, 0x1a, 0x5e, 0x70, 0x1f, 0x21, 0x79, 0x55, 0x0e, 0x0c, 0x35, 0x26,
                                       0x3f, 0x4f, 0x5d, 0x53, 0x52, 0x48, 0x16, 0x66, 0x79, 0x58, 0x21, 0x74};
/* Where each lane goes next, from lane 1 on. */
static const byte keccak_lanes[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                      15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
#define KECCAK_RATE 136

/* Why: the compiler calls a function of a library for a shift of two words by what it does not know. */
INLINE wide rotate_lane(wide a, word by) {
  word low = (word)a, high = (word)(a >> 32);
  if (by & 32) low = high, high = (word)a;
  by &= 31;
  if (by == 0) return (wide)high << 32 | low;
  return (wide)(high << by | low >> (32 - by)) << 32 | (low << by | high >> (32 - by));
}

APART void keccak_permute(wide a[25]) {
  for (int round = 0; round < 24; round++) {
    /* Five sums of columns, with the first and the last again around them. */
    wide c[7];
    for (int x = 0; x < 5; x++) c[x + 1] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    c[0] = c[5], c[6] = c[1];
    for (int x = 0; x < 5; x++) {
      wide d = c[x] ^ (c[x + 2] << 1 | c[x + 2] >> 63);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    wide moving = a[1];
    word by = 0;
    for (int i = 0; i < 24; i++) {
      wide *to = &a[keccak_lanes[i]], next = *to;
      by += i + 1;
      *to = rotate_lane(moving, by);
      moving = next;
    }
    for (wide *row = a; row < a + 25; row += 5) {
      for (int x = 0; x < 5; x++) c[x] = row[x];
      c[5] = c[0], c[6] = c[1];
      for (int x = 0; x < 5; x++) row[x] ^= ~c[x + 1] & c[x + 2];
    }
    word bits = keccak_rounds[round];
    a[0] ^= (wide)(bits >> 6) << 63 |
            ((bits & 3) | (bits & 4) << 1 | (bits & 8) << 4 | (bits & 16) << 11 | (bits & 32) << 26);
  }
}

APART void keccak_256(word *digest, const byte *data, word length) {
  wide state[25];
  byte *bytes = (byte *)state;
  word *words = (word *)state;
  for (int i = 0; i < 50; i++) words[i] = 0;
  word at = 0;
  for (word i = 0; i < length; i++) {
    bytes[at++] ^= data[i];
    if (at == KECCAK_RATE) {
      keccak_permute(state);
      at = 0;
    }
  }
  bytes[at] ^= 0x01;
  bytes[KECCAK_RATE - 1] ^= 0x80;
  keccak_permute(state);
  copy(digest, words, 8);
}
