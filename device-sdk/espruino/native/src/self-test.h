/*
 * A known answer over everything: keys and digest from keccak-256, a public key, a signature and its verification,
 * and the table; SHA-256 of it all is compared with the constant which noble's signature gave when the table was made.
 */
static const word known_answer[8] = {
#include "known-answer.inc"
};

/* 1 where the public key, the signature and the table have the hash that was foreseen. */
APART int is_known(arena *io, const byte *table) {
  sha256 h;
  word different = 0;
  sha256_start(&h);
  sha256_update(&h, io->compressed, 33, 0);
  sha256_update(&h, (const byte *)io->r, 64, 0);
  sha256_update(&h, table, BLOCKS * CHOICES * sizeof(table_entry), 0);
  sha256_end(&h, io->secret);
  for (int i = 0; i < 8; i++) different |= io->secret[i] ^ __builtin_bswap32(known_answer[i]);
  return different == 0;
}

APART int self_test(arena *io, const void *table) {
  keccak_256(io->secret, table, 136);
  keccak_256(io->digest, (const byte *)io->secret, 32);
  if (public_key(io, table) != 0 || sign(io, table) < 0) return 0;
  if (!is_known(io, table) || !verify(io, table)) return 0;
  io->digest[0] ^= 1;
  return !verify(io, table);
}
