/*
 * The curve y^2 = x^3 + 7 in homogeneous coordinates (x = X/Z, y = Y/Z; infinity is 0 : 1 : 0).
 * Formulas: Renes, Costello, Batina, "Complete addition formulas for prime order elliptic curves" (2016).
 * They hold for every pair of points of a group of odd order, equal, opposite and infinity included: no exceptions.
 */

typedef struct {
  u256 x, y, z;
} point;

INLINE void set_infinity(point *r) {
  set_small(r->x, 0);
  set_small(r->y, 1);
  set_small(r->z, 0);
}

/* r = r + q: algorithm 7. */
APART void point_add(point *r, const point *q) {
  u256 xx, yy, zz, xy, yz, zx, t;
  field_multiply(xx, r->x, q->x);
  field_multiply(yy, r->y, q->y);
  field_multiply(zz, r->z, q->z);
  /* xy = X1 Y2 + X2 Y1, and yz and zx likewise. */
  field_add(xy, r->x, r->y);
  field_add(t, q->x, q->y);
  field_multiply(xy, xy, t);
  field_subtract(xy, xy, xx);
  field_subtract(xy, xy, yy);
  field_add(yz, r->y, r->z);
  field_add(t, q->y, q->z);
  field_multiply(yz, yz, t);
  field_subtract(yz, yz, yy);
  field_subtract(yz, yz, zz);
  field_add(zx, r->x, r->z);
  field_add(t, q->x, q->z);
  field_multiply(zx, zx, t);
  field_subtract(zx, zx, xx);
  field_subtract(zx, zx, zz);

  field_times_21(zx, zx);
  field_times_21(zz, zz);
  field_add(t, xx, xx);
  field_add(xx, t, xx);
  field_subtract(t, yy, zz);
  field_add(zz, yy, zz);

  field_multiply(r->x, xy, t);
  field_multiply(yy, yz, zx);
  field_subtract(r->x, r->x, yy);
  field_multiply(r->y, t, zz);
  field_multiply(yy, xx, zx);
  field_add(r->y, r->y, yy);
  field_multiply(r->z, zz, yz);
  field_multiply(yy, xx, xy);
  field_add(r->z, r->z, yy);
}

/* r = 2 r: algorithm 9. */
APART void point_double(point *r) {
  u256 yy, eight, zz, t;
  field_multiply(yy, r->y, r->y);
  field_add(eight, yy, yy);
  field_add(eight, eight, eight);
  field_add(eight, eight, eight);
  field_multiply(zz, r->z, r->z);
  field_times_21(zz, zz);
  field_multiply(t, r->y, r->z);
  field_multiply(r->z, t, eight);
  field_multiply(t, r->x, r->y);
  field_multiply(eight, zz, eight);
  field_add(r->y, yy, zz);
  field_subtract(yy, yy, zz);
  field_subtract(yy, yy, zz);
  field_subtract(yy, yy, zz);
  field_multiply(r->y, r->y, yy);
  field_add(r->y, r->y, eight);
  field_multiply(r->x, t, yy);
  field_add(r->x, r->x, r->x);
}

/* q.x and q.y become the affine ones, under p; zeros for infinity. q.z is spent. */
APART void to_affine(point *q) {
  field_invert(q->z, q->z);
  field_multiply(q->x, q->x, q->z);
  field_multiply(q->y, q->y, q->z);
  normalise(q->x, q->x);
  normalise(q->y, q->y);
}
