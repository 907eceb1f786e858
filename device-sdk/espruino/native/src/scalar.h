/* Arithmetic modulo the group's order n (SEC 2 version 2, section 2.4.1). Values are always under n. */

static const u256 order = {0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6,
                           0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff};
/* 2^256 - n, 129 bits. */
#define COMPLEMENT 5
static const word order_complement[COMPLEMENT] = {0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 1};

/* t = t mod 2^256 + (t >> 256) * (2^256 - n), where `count` words of t stand above 2^256 and zeros above those. */
APART void scalar_fold(word t[16], int count) {
  word high[8], late = 0;
  copy(high, t + 8, count);
  for (int i = 0; i < count; i++) t[8 + i] = 0;
  for (int i = 0; i < count; i++) {
    word carry = 0, factor = high[i];
#pragma GCC unroll 5
    for (int j = 0; j < COMPLEMENT; j++) t[i + j] = multiply_add(&carry, t[i + j], factor, order_complement[j]);
    /* Why: a carry out of here belongs where the next row ends. */
    t[i + COMPLEMENT] = add_carry(&late, t[i + COMPLEMENT], carry);
  }
  for (int i = count + COMPLEMENT; i < 9; i++) t[i] = add_carry(&late, t[i], 0);
}

/* r = a * b; r may be a or b. */
APART void scalar_multiply(u256 r, const u256 a, const u256 b) {
  word t[16];
  multiply(t, a, b);
  /* Under 2^512, 2^386, 2^260, 2^256 + 2^133: so many words stand above 2^256 before each step. */
  scalar_fold(t, 8);
  scalar_fold(t, 5);
  scalar_fold(t, 1);
  scalar_fold(t, 1);
  reduce_once(r, t, 0, order);
}

/* r = a + b modulo n. */
APART void scalar_add(u256 r, const u256 a, const u256 b) {
  word carry = add(r, a, b);
  reduce_once(r, r, carry, order);
}

/* 1 for 1 to n - 1. */
APART word is_secret(const u256 a) {
  u256 t;
  return subtract(t, a, order) & (is_zero(a) ^ 1);
}
