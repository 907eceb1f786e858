/*
 * Powers with a public exponent: inverses after Fermat (a^(m-2) for prime m), and the square root (p = 3 modulo 4).
 * The branch below looks at the exponent, a constant; what is raised is never looked at.
 */

typedef void multiplier(u256 r, const u256 a, const u256 b);

/* r = a^e, three bits of the exponent at a time, the highest bits of a ninth word included. r may be a. */
APART void power(u256 r, const u256 a, const word e[9], multiplier *times) {
  u256 powers[8];
  copy(powers[1], a, 8);
  for (int i = 2; i < 8; i++) times(powers[i], powers[i - 1], powers[1]);
  int begun = 0;
  for (int at = 255; at >= 0; at -= 3) {
    word digit = (word)(((wide)e[(at >> 5) + 1] << 32 | e[at >> 5]) >> (at & 31)) & 7;
    for (int j = 0; begun && j < 3; j++) times(r, r, r);
    if (digit && begun) times(r, r, powers[digit]);
    if (digit && !begun) copy(r, powers[digit], 8), begun = 1;
  }
}

APART void field_invert(u256 r, const u256 a) {
  word e[9];
  copy(e, field_prime, 8);
  e[0] -= 2, e[8] = 0;
  power(r, a, e, field_multiply);
}

APART void scalar_invert(u256 r, const u256 a) {
  word e[9];
  copy(e, order, 8);
  e[0] -= 2, e[8] = 0;
  power(r, a, e, scalar_multiply);
}

/* r = a^((p+1)/4): the root of a where it has one. */
APART void field_root(u256 r, const u256 a) {
  word e[9];
  for (int i = 0; i < 8; i++) e[i] = 0xffffffff;
  e[0] = 0xbfffff0c;
  e[7] = 0x3fffffff, e[8] = 0;
  power(r, a, e, field_multiply);
}
