/* SHA-256 (FIPS 180-4, section 6.2), HMAC (RFC 2104) and deterministic nonces (RFC 6979, section 3.2). */

typedef uint8_t byte;

static const word round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const word first_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

typedef struct {
  word state[8];
  word length;
  byte block[64] __attribute__((aligned(4)));
} sha256;

INLINE word rotate(word a, int by) { return a >> by | a << (32 - by); }

APART void sha256_block(sha256 *h) {
  word w[16], s[8];
  copy(s, h->state, 8);
  for (int i = 0; i < 16; i++) w[i] = __builtin_bswap32(((const word *)h->block)[i]);
  for (int i = 0; i < 64; i++) {
    word *next = &w[i & 15], x = w[(i + 1) & 15], y = w[(i + 14) & 15];
    word one = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
               (s[6] ^ (s[4] & (s[5] ^ s[6]))) + round_constants[i] + *next;
    word two = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + ((s[0] & s[1]) | (s[2] & (s[0] | s[1])));
    *next += w[(i + 9) & 15] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + one;
    s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) h->state[i] += s[i];
}

APART void sha256_start(sha256 *h) {
  copy(h->state, first_state, 8);
  h->length = 0;
}

/* Each byte of the data after `turn`. */
APART void sha256_update(sha256 *h, const byte *data, word length, byte turn) {
  for (word i = 0; i < length; i++) {
    h->block[h->length++ & 63] = data[i] ^ turn;
    if ((h->length & 63) == 0) sha256_block(h);
  }
}

APART void sha256_end(sha256 *h, word *digest) {
  word bits = h->length << 3, top = h->length >> 29;
  byte end[1];
  end[0] = 0x80;
  do {
    sha256_update(h, end, 1, 0);
    end[0] = 0;
  } while ((h->length & 63) != 56);
  ((word *)h->block)[14] = __builtin_bswap32(top);
  ((word *)h->block)[15] = __builtin_bswap32(bits);
  sha256_block(h);
  for (int i = 0; i < 8; i++) digest[i] = __builtin_bswap32(h->state[i]);
}

/* The padded key of HMAC: 32 bytes of key and 32 zeros, each turned by the same byte. */
APART void sha256_start_keyed(sha256 *h, const byte *key, byte turn) {
  sha256_start(h);
  sha256_update(h, key, 32, turn);
  for (int i = 0; i < 32; i++) h->block[32 + i] = turn;
  h->length = 64;
  sha256_block(h);
}

/* mac = HMAC-SHA-256 with a key of 32 bytes; mac may be the key or the data. */
APART void hmac(word *mac, const word *key, const byte *data, word length) {
  sha256 h;
  word inner[8];
  sha256_start_keyed(&h, (const byte *)key, 0x36);
  sha256_update(&h, data, length, 0);
  sha256_end(&h, inner);
  sha256_start_keyed(&h, (const byte *)key, 0x5c);
  sha256_update(&h, (const byte *)inner, 32, 0);
  sha256_end(&h, mac);
}

/* K and V of RFC 6979; V is followed by what is hashed with it. */
typedef struct {
  word key[8], v[8];
  byte tag, secret[32], digest[32];
} nonces;

/* Steps b to g (and the like of step h for a shorter message): K = HMAC(K, V || tag || ...), V = HMAC(K, V). */
APART void nonces_turn(nonces *state, byte tag, word length) {
  state->tag = tag;
  hmac(state->key, state->key, (const byte *)state->v, length);
  hmac(state->v, state->key, (const byte *)state->v, 32);
}

APART void nonces_start(nonces *state, const byte *secret, const byte *digest) {
  for (int i = 0; i < 8; i++) {
    state->key[i] = 0;
    state->v[i] = 0x01010101;
  }
  for (int i = 0; i < 32; i++) {
    state->secret[i] = secret[i];
    state->digest[i] = digest[i];
  }
  nonces_turn(state, 0, 97);
  nonces_turn(state, 1, 97);
}

/* Step h.2: the next candidate. Whoever rejects it calls `nonces_turn(state, 0, 33)` before the next. */
APART void nonces_next(nonces *state, u256 candidate) {
  hmac(state->v, state->key, (const byte *)state->v, 32);
  from_bytes(candidate, state->v);
}
