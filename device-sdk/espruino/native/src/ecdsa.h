/* ECDSA over secp256k1 (SEC 1 version 2, section 4.1), deterministic (RFC 6979), s in the lower half. */

/* What goes in and comes out; the offsets are those of `arena.ts`. */
typedef struct {
  word digest[8];
  word secret[8];
  word r[8], s[8];    /* of a signature; x and y of a public key */
  byte compressed[36]; /* the public key, 33 bytes */
} arena;

static const u256 half_order = {0x681b20a0, 0xdfe92f46, 0x57a4501d, 0x5d576e73,
                                0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff};

/* The digest as a number under n (RFC 6979, section 2.3.2, bits2int modulo n). */
APART void digest_number(u256 z, const arena *io) {
  from_bytes(z, io->digest);
  reduce_once(z, z, 0, order);
}

APART int public_key(arena *io, const table_entry *table) {
  point q;
  from_bytes(q.z, io->secret);
  if (!is_secret(q.z)) return -1;
  generator_multiply(&q, q.z, table);
  to_affine(&q);
  to_bytes(io->r, q.x);
  to_bytes(io->s, q.y);
  io->compressed[0] = 2 + (q.y[0] & 1);
  for (int i = 0; i < 32; i++) io->compressed[1 + i] = ((const byte *)io->r)[i];
  return 0;
}

/*
 * Returns 0 to 3, by which the public key can be found again (SEC 1 version 2, section 4.1.6); -1: no secret.
 * Why: numbers are read again where they are needed, for every one that is kept costs 32 bytes of stack.
 */
APART int sign(arena *io, const table_entry *table) {
  nonces state;
  u256 k;
  point q;
  from_bytes(k, io->secret);
  if (!is_secret(k)) return -1;
  digest_number(k, io);
  to_bytes(io->r, k);
  nonces_start(&state, (const byte *)io->secret, (const byte *)io->r);
#ifdef REJECT_NONCES
  int rejections = REJECT_NONCES;
#endif
  for (;; nonces_turn(&state, 0, 33)) {
    nonces_next(&state, k);
#ifdef REJECT_NONCES
    if (rejections-- > 0) continue;
#endif
    /* The two branches of this loop tell that a candidate fell out, which has a chance of about 2^-127, no more. */
    if (!is_secret(k)) continue;
    generator_multiply(&q, k, table);
    to_affine(&q);
    word recovery = q.y[0] & 1;
    recovery |= (subtract(q.z, q.x, order) ^ 1) << 1;
    reduce_once(q.x, q.x, 0, order);
    to_bytes(io->r, q.x);

    /* s = (z + r d) / k */
    from_bytes(q.y, io->secret);
    scalar_multiply(q.y, q.y, q.x);
    digest_number(q.z, io);
    scalar_add(q.y, q.y, q.z);
    scalar_invert(k, k);
    scalar_multiply(q.y, q.y, k);
    if (is_zero(q.x) | is_zero(q.y)) continue;

    word high = subtract(q.z, half_order, q.y);
    subtract(q.z, order, q.y);
    choose(q.y, q.z, high);
    to_bytes(io->s, q.y);
    return (int)(recovery ^ high);
  }
}
