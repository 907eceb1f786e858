/*
 * Signing for Cortex-M4 as one block of position-independent code, called by Espruino's `E.nativeCall`
 * with the signature "int(int,int,int)". One entry, at offset 0. No data section, no relocation, no heap.
 * Flags for tests alone: PLAIN_C leaves out all assembly, CANARY_BRANCH and CANARY_LOOKUP plant what the trace test
 * must find, REJECT_NONCES=n lets the first n nonces fall out, as chance will not.
 */
#include "words.h"
#include "field.h"
#include "scalar.h"
#include "power.h"
#include "point.h"
#include "comb.h"
#include "sha256.h"
#include "keccak.h"
#include "ecdsa.h"
#include "verify.h"
#include "self-test.h"

/*
 * what: the operation in the low byte, the message's length in bytes above it.
 * io: address of an arena, a multiple of 4. third: address of the table; for the two hashes that of the message.
 */
__attribute__((section(".text.entry"), used)) int signer(word what, arena *io, const void *third) {
  word length = what >> 8;
  switch (what & 0xff) {
    case 0: return self_test(io, third);
    case 1: return public_key(io, third);
    case 2: return sign(io, third);
    case 3: return verify(io, third);
    case 4: {
      sha256 h;
      sha256_start(&h);
      sha256_update(&h, third, length, 0);
      sha256_end(&h, io->digest);
      return 0;
    }
    case 5: keccak_256(io->digest, third, length); return 0;
    default: return -2;
  }
}
