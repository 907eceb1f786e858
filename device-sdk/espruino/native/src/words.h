/* Numbers of 256 bits in eight words, least significant first. No branch and no index depends on a value. */
#include <stdint.h>

typedef uint32_t word;
typedef uint64_t wide;
typedef word u256[8];

#if defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && !defined(PLAIN_C)
#define THUMB
#endif

#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))

/* Why: keeps the compiler from seeing that a mask has two values only, and from branching on it. */
INLINE word opaque(word value) {
  __asm__("" : "+r"(value));
  return value;
}

/* All ones for 1, zero for 0. */
INLINE word mask_of(word bit) { return opaque(-bit); }

/* 1 where value is zero. */
INLINE word is_zero_word(word value) { return 1 ^ ((value | -value) >> 31); }

/* low + *high + a * b, which always fits in two words; returns the low one. */
INLINE word multiply_add(word *high, word low, word a, word b) {
#ifdef THUMB
  __asm__("umaal %0, %1, %2, %3" : "+r"(low), "+r"(*high) : "r"(a), "r"(b));
  return low;
#else
  wide sum = (wide)a * b + low + *high;
  *high = (word)(sum >> 32);
  return (word)sum;
#endif
}

INLINE word add_carry(word *carry, word a, word b) {
  wide sum = (wide)a + b + *carry;
  *carry = (word)(sum >> 32);
  return (word)sum;
}

APART void copy(word *to, const word *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i];
}

/* r = a number of one word. */
APART void set_small(u256 r, word value) {
  for (int i = 0; i < 8; i++) r[i] = 0;
  r[0] = value;
}

#include "carry.h"

/* r = a where take is 1; r stays where it is 0. */
APART void choose(u256 r, const u256 a, word take) {
  word mask = mask_of(take);
  for (int i = 0; i < 8; i++) r[i] ^= mask & (r[i] ^ a[i]);
}

APART word is_zero(const u256 a) {
  word any = 0;
  for (int i = 0; i < 8; i++) any |= a[i];
  return is_zero_word(any);
}

/* t = a * b, sixteen words, two rows at a time: each word of t is loaded and stored once for both. */
APART void multiply(word t[16], const u256 a, const u256 b) {
  for (int i = 0; i < 8; i++) t[i] = 0;
  for (int i = 0; i < 8; i += 2) {
    word carry = 0, carry2 = 0, factor = a[i], factor2 = a[i + 1], before = b[0];
    t[i] = multiply_add(&carry, t[i], factor, before);
#pragma GCC unroll 8
    for (int j = 1; j < 8; j++) {
      word sum = multiply_add(&carry, t[i + j], factor, b[j]);
      t[i + j] = multiply_add(&carry2, sum, factor2, before);
      before = b[j];
    }
    t[i + 8] = multiply_add(&carry2, carry, factor2, before);
    t[i + 9] = carry2;
  }
}

/* r = a - m where a (with carry above it) is not under m; a otherwise. For a < 2 m. */
APART void reduce_once(u256 r, const u256 a, word carry, const u256 m) {
  u256 less;
  word borrow = subtract(less, a, m);
  copy(r, a, 8);
  choose(r, less, carry | (borrow ^ 1));
}

/* r = 32 bytes, most significant first; r must not be the bytes. */
APART void swap_bytes(word *r, const word *bytes) {
  for (int i = 0; i < 8; i++) r[i] = __builtin_bswap32(bytes[7 - i]);
}
INLINE void from_bytes(u256 r, const word *bytes) { swap_bytes(r, bytes); }
INLINE void to_bytes(word *bytes, const u256 a) { swap_bytes(bytes, a); }
