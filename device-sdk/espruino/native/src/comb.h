/*
 * k * G for a secret k: a signed comb with several blocks (Hamburg, "Fast and compact elliptic-curve cryptography",
 * 2012, section 3.3; the blocks are those of Lim and Lee, 1994). Every digit is 1 or -1, none is zero:
 * k = sum of d(i) 2^i for i < BITS. Digit (block * TEETH + tooth) * SPACING + step belongs to that block and tooth.
 * The table holds, for each block, the 16 sums of its teeth's powers whose highest tooth counts positive.
 */
#define BLOCKS 4
#define TEETH 5
#define SPACING 13
#define BITS (BLOCKS * TEETH * SPACING)
#define CHOICES (1 << (TEETH - 1))

typedef word table_entry[16];

/* r = the entry at a secret index: every entry is read, whichever is wanted. */
APART void look_up(point *r, const table_entry *entries, word index) {
  word *to = r->x; /* x and y stand side by side, as in an entry */
#ifdef CANARY_LOOKUP
  to[0] = *(const volatile word *)entries[index];
#endif
  for (int i = 0; i < 16; i += 4) {
    word a = 0, b = 0, c = 0, d = 0;
    for (word e = 0; e < CHOICES; e++) {
      word mask = mask_of(is_zero_word(e ^ index));
      a |= mask & entries[e][i];
      b |= mask & entries[e][i + 1];
      c |= mask & entries[e][i + 2];
      d |= mask & entries[e][i + 3];
    }
    to[i] = a, to[i + 1] = b, to[i + 2] = c, to[i + 3] = d;
  }
}

/* r = k * G; k may be a coordinate of r. */
APART void generator_multiply(point *r, const u256 k, const table_entry *table) {
  /* An odd number that is k modulo n, in nine words. */
  word odd[9];
  u256 zero, negative;
  set_small(zero, 0);
  set_small(odd, 0);
  choose(odd, order, (k[0] & 1) ^ 1);
  odd[8] = add(odd, odd, k);

  point q;
  set_small(q.z, 1);
  set_infinity(r);
  for (int step = SPACING - 1; step >= 0; step--) {
    if (step != SPACING - 1) point_double(r);
    for (int block = 0; block < BLOCKS; block++) {
      word index = 0;
      for (int tooth = TEETH - 1; tooth >= 0; tooth--) {
        /* Digit i is 2 b - 1 for bit b = bit i + 1 of the odd number; the highest digit is 1. */
        int at = (block * TEETH + tooth) * SPACING + step + 1;
        word bit = at == BITS ? 1 : at < 288 ? odd[at >> 5] >> (at & 31) & 1 : 0;
        index = index << 1 | bit;
#ifdef CANARY_BRANCH
        if (bit) __asm__ volatile("nop");
#endif
      }
      /* Why: with the highest tooth negative, all signs turn, and so does the point. */
      word minus = 1 ^ (index >> (TEETH - 1));
      index = (index ^ -minus) & (CHOICES - 1);
      look_up(&q, table + block * CHOICES, index);
      field_subtract(negative, zero, q.y);
      choose(q.y, negative, minus);
      point_add(r, &q);
    }
  }
}
