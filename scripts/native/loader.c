/*
 * Runs the signer's blob as a Cortex-M would, under qemu-arm-static: loader CODE TABLE.
 * The code stands at several addresses, readable and executable only, the table at others, readable only;
 * each call takes the next of them and a stack of its own, filled with a pattern that shows how deep it went.
 * In, little-endian: what (u32), arena (168 bytes), length (u32), message. Out: result (i32), stack bytes (u32), arena.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PLACES 12
#define ROOM 65536
#define ARENA 168
#define STACK 8192
#define MESSAGE 65536
#define PATTERN 0xa5
#define GUARD 64

static void die(const char *why) {
  fprintf(stderr, "loader: %s\n", why);
  exit(1);
}

static uint8_t *room(int place) {
  /* Pages far from each other, and within the page another offset each, a multiple of 4 and not of 8 half of the time. */
  uint8_t *page = mmap((void *)(uintptr_t)(0x20000000u + place * 0x01234000u), ROOM, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) die("no memory");
  return page;
}

static uint8_t *load(const char *path, int place, int protection, size_t *length) {
  uint8_t *page = room(place), *at = page + 4 * (place * 37 % 997);
  FILE *file = fopen(path, "rb");
  if (!file) die("cannot open the code or the table");
  *length = fread(at, 1, ROOM - 4000, file);
  fclose(file);
  __builtin___clear_cache((char *)page, (char *)page + ROOM);
  if (mprotect(page, ROOM, protection)) die("cannot protect");
  return at;
}

/* Calls with the given stack pointer; what the callee must keep is checked by the compiler's own use of it. */
static int call(uintptr_t code, uint32_t what, uintptr_t io, uintptr_t third, uint8_t *top) {
  register uint32_t r0 __asm__("r0") = what;
  register uint32_t r1 __asm__("r1") = io;
  register uint32_t r2 __asm__("r2") = third;
  register uintptr_t r3 __asm__("r3") = code;
  register uint8_t *r5 __asm__("r5") = top;
  __asm__ volatile("mov r4, sp\n\tmov sp, r5\n\tblx r3\n\tmov r5, sp\n\tmov sp, r4"
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r5)
                   :
                   : "r4", "r12", "lr", "cc", "memory");
  if (r5 != top) die("the stack pointer came back changed");
  return (int)r0;
}

static int take(void *to, size_t length) { return fread(to, 1, length, stdin) == length; }

int main(int argc, char **argv) {
  if (argc != 3) die("usage: loader CODE TABLE");
  uint8_t *codes[PLACES], *tables[PLACES];
  size_t length;
  for (int i = 0; i < PLACES; i++) {
    codes[i] = load(argv[1], 2 * i, PROT_READ | PROT_EXEC, &length);
    tables[i] = load(argv[2], 2 * i + 1, PROT_READ, &length);
  }
  static uint8_t stack[STACK] __attribute__((aligned(8)));
  static uint8_t message[MESSAGE];
  static uint8_t field[GUARD * 4 + ARENA + GUARD] __attribute__((aligned(8)));
  uint32_t what, bytes;
  for (int turn = 0; take(&what, 4); turn++) {
    uint8_t *io = field + GUARD + 4 * (turn % 17);
    memset(field, PATTERN, sizeof field);
    if (!take(io, ARENA) || !take(&bytes, 4) || bytes > MESSAGE || !take(message, bytes)) die("a request is cut off");
    int place = turn % PLACES, is_hash = (what & 0xff) >= 4;
    memset(stack, PATTERN, STACK);
    int result = call((uintptr_t)codes[place] | 1, what, (uintptr_t)io,
                      is_hash ? (uintptr_t)message : (uintptr_t)tables[place], stack + STACK);
    uint32_t free_bytes = 0;
    while (free_bytes < STACK && stack[free_bytes] == PATTERN) free_bytes++;
    uint32_t used = STACK - free_bytes;
    for (uint8_t *b = field; b < field + sizeof field; b++) {
      if ((b < io || b >= io + ARENA) && *b != PATTERN) die("a write outside the arena");
    }
    fwrite(&result, 4, 1, stdout);
    fwrite(&used, 4, 1, stdout);
    fwrite(io, ARENA, 1, stdout);
  }
  return 0;
}
