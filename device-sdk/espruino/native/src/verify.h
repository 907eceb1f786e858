/* Verification (SEC 1 version 2, section 4.1.4). All of it is public: time and branches may depend on it. */

/* The point of 33 compressed bytes (SEC 1 version 2, section 2.3.4); 0 where there is none. */
APART int decompress(point *q, const byte *compressed) {
  u256 t;
  if ((compressed[0] | 1) != 3) return 0;
  for (int i = 0; i < 32; i++) ((byte *)t)[i] = compressed[1 + i];
  from_bytes(q->x, t);
  set_small(t, 7);
  if (!subtract(q->z, q->x, field_prime)) return 0;
  field_multiply(q->z, q->x, q->x);
  field_multiply(q->z, q->z, q->x);
  field_add(q->z, q->z, t);
  field_root(q->y, q->z);
  field_multiply(t, q->y, q->y);
  if (!field_is_equal(t, q->z)) return 0;
  normalise(q->y, q->y);
  if ((q->y[0] ^ compressed[0]) & 1) subtract(q->y, field_prime, q->y);
  set_small(q->z, 1);
  return 1;
}

/* r = k * q for a public k: digit i of k's non-adjacent form is bit i + 1 of 3 k less bit i + 1 of k. */
APART void public_multiply(point *r, const u256 k, const point *q) {
  word once[9], thrice[9];
  copy(once, k, 8);
  once[8] = 0;
  thrice[8] = add(thrice, k, k);
  thrice[8] += add(thrice, thrice, k);
  point minus;
  set_small(minus.z, 0);
  field_subtract(minus.y, minus.z, q->y);
  copy(minus.x, q->x, 8);
  set_small(minus.z, 1);
  set_infinity(r);
  for (int i = 257; i > 0; i--) {
    point_double(r);
    word plus = thrice[i >> 5] >> (i & 31) & 1, less = once[i >> 5] >> (i & 31) & 1;
    if (plus != less) point_add(r, plus ? q : &minus);
  }
}

/* 1 where r is X / Z. */
APART int is_ratio(const u256 r, const point *q) {
  u256 t;
  field_multiply(t, r, q->z);
  return field_is_equal(t, q->x);
}

/* 1: the signature is right, and its s in the lower half. */
APART int verify(const arena *io, const table_entry *table) {
  u256 r, s, u;
  point q, sum;
  from_bytes(r, io->r);
  from_bytes(s, io->s);
  if (!is_secret(r) || !is_secret(s) || subtract(u, half_order, s)) return 0;
  if (!decompress(&q, io->compressed)) return 0;
  scalar_invert(s, s);
  scalar_multiply(u, r, s);
  public_multiply(&sum, u, &q);
  digest_number(u, io);
  scalar_multiply(u, u, s);
  generator_multiply(&q, u, table);
  point_add(&sum, &q);
  set_small(u, 0);
  if (field_is_equal(sum.z, u)) return 0;
  if (is_ratio(r, &sum)) return 1;
  /* x was reduced modulo n: r + n is the other number under p that it may have been. */
  if (add(r, r, order) || !subtract(u, r, field_prime)) return 0;
  return is_ratio(r, &sum);
}
