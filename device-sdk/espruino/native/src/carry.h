/* Chains of carries over eight words. Each returns what runs over: 0 or 1. */

#ifdef THUMB
/* Why assembly: the compiler does not keep the carry in the flag. r4 to r11 are loaded four words at a time. */
#define CHAIN(first, next)                                              \
  "ldmia %[a]!, {r4-r7}\n\t"                                            \
  "ldmia %[b]!, {r8-r11}\n\t" first                                     \
  " r4, r4, r8\n\t" next " r5, r5, r9\n\t" next " r6, r6, r10\n\t" next \
  " r7, r7, r11\n\t"                                                    \
  "stmia %[r]!, {r4-r7}\n\t"                                            \
  "ldmia %[a], {r4-r7}\n\t"                                             \
  "ldmia %[b], {r8-r11}\n\t" next                                       \
  " r4, r4, r8\n\t" next " r5, r5, r9\n\t" next " r6, r6, r10\n\t" next \
  " r7, r7, r11\n\t"                                                    \
  "stmia %[r], {r4-r7}\n\t"
/* The same with three words of b, which are given, and zeros above them. */
#define SHORT_CHAIN(first, next)                                          \
  "ldmia %[r], {r4-r7}\n\t" first " r4, r4, %[low]\n\t" next              \
  " r5, r5, %[middle]\n\t" next " r6, r6, %[high]\n\t" next " r7, r7, #0\n\t" \
  "stmia %[r]!, {r4-r7}\n\t"                                              \
  "ldmia %[r], {r4-r7}\n\t" next " r4, r4, #0\n\t" next " r5, r5, #0\n\t" next \
  " r6, r6, #0\n\t" next " r7, r7, #0\n\t"                                \
  "stmia %[r], {r4-r7}\n\t"
#define CHANGED "r4", "r5", "r6", "r7", "cc", "memory"

/* r = a + b. */
APART word add(u256 r, const u256 a, const u256 b) {
  __asm__(CHAIN("adds", "adcs") "mov %[a], #0\n\tadc %[a], %[a], #0"
          : [r] "+r"(r), [a] "+r"(a), [b] "+r"(b) : : "r8", "r9", "r10", "r11", CHANGED);
  return (word)a;
}

/* r = a - b. */
APART word subtract(u256 r, const u256 a, const u256 b) {
  __asm__(CHAIN("subs", "sbcs") "sbc %[a], %[a], %[a]"
          : [r] "+r"(r), [a] "+r"(a), [b] "+r"(b) : : "r8", "r9", "r10", "r11", CHANGED);
  return -(word)a;
}

/* r += low + middle 2^32 + high 2^64. */
APART word add_short(u256 r, word low, word middle, word high) {
  __asm__(SHORT_CHAIN("adds", "adcs") "mov %[low], #0\n\tadc %[low], %[low], #0"
          : [r] "+r"(r), [low] "+r"(low) : [middle] "r"(middle), [high] "r"(high) : CHANGED);
  return low;
}

/* r -= low + middle 2^32 + high 2^64. */
APART word subtract_short(u256 r, word low, word middle, word high) {
  __asm__(SHORT_CHAIN("subs", "sbcs") "sbc %[low], %[low], %[low]"
          : [r] "+r"(r), [low] "+r"(low) : [middle] "r"(middle), [high] "r"(high) : CHANGED);
  return -low;
}
#else
APART word add(u256 r, const u256 a, const u256 b) {
  word carry = 0;
  for (int i = 0; i < 8; i++) r[i] = add_carry(&carry, a[i], b[i]);
  return carry;
}

APART word subtract(u256 r, const u256 a, const u256 b) {
  word borrow = 0;
  for (int i = 0; i < 8; i++) {
    wide difference = (wide)a[i] - b[i] - borrow;
    r[i] = (word)difference;
    borrow = (word)(difference >> 32) & 1;
  }
  return borrow;
}

APART word add_short(u256 r, word low, word middle, word high) {
  u256 b;
  set_small(b, low);
  b[1] = middle, b[2] = high;
  return add(r, r, b);
}

APART word subtract_short(u256 r, word low, word middle, word high) {
  u256 b;
  set_small(b, low);
  b[1] = middle, b[2] = high;
  return subtract(r, r, b);
}
#endif
