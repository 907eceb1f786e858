/*
 * Arithmetic modulo p = 2^256 - 2^32 - 977 (SEC 2 version 2, section 2.4.1). Values are any number under 2^256:
 * only `normalise` makes the one under p. 2^256 = 2^32 + 977 modulo p: what runs over comes back in at the bottom.
 */

static const u256 field_prime = {0xfffffc2f, 0xfffffffe, 0xffffffff, 0xffffffff,
                                 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
#define FOLD 977

/* r += carry * (2^32 + 977); the same again for what runs over, after which r is small: it happens once. */
INLINE void fold_carry(u256 r, word carry) {
  for (int i = 0; i < 2; i++) carry = add_short(r, mask_of(carry) & FOLD, carry, 0);
}

APART void field_add(u256 r, const u256 a, const u256 b) { fold_carry(r, add(r, a, b)); }

APART void field_subtract(u256 r, const u256 a, const u256 b) {
  word borrow = subtract(r, a, b);
  for (int i = 0; i < 2; i++) borrow = subtract_short(r, mask_of(borrow) & FOLD, borrow, 0);
}

/* r += rest * (2^32 + 977), for a rest of at most 2^34. */
APART void fold_rest(u256 r, wide rest) {
  word low = (word)rest, high = (word)(rest >> 32);
  wide bottom = (wide)low * FOLD;
  wide middle = (bottom >> 32) + low + high * FOLD;
  word carry = add_short(r, (word)bottom, (word)middle, (word)(middle >> 32) + high);
  add_short(r, mask_of(carry) & FOLD, carry, 0);
}

/* r = a * b; r may be a or b. */
APART void field_multiply(u256 r, const u256 a, const u256 b) {
  word t[16], product = 0, over = 0, above = 0;
  multiply(t, a, b);
  /* low + high * 977 + high * 2^32, with a running carry for each of the two terms. */
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    r[i] = add_carry(&over, multiply_add(&product, t[i], t[i + 8], FOLD), above);
    above = t[i + 8];
  }
  fold_rest(r, (wide)above + product + over);
}

/* r = 21 * a: three times the 7 of the curve's equation. */
APART void field_times_21(u256 r, const u256 a) {
  word high = 0;
  for (int i = 0; i < 8; i++) r[i] = multiply_add(&high, 0, a[i], 21);
  fold_rest(r, high);
}

/* r = the number under p that a stands for. */
APART void normalise(u256 r, const u256 a) { reduce_once(r, a, 0, field_prime); }

/* 1 where a and b stand for the same number. */
APART word field_is_equal(const u256 a, const u256 b) {
  u256 t;
  field_subtract(t, a, b);
  normalise(t, t);
  return is_zero(t);
}
