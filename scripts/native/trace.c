/*
 * Runs the signer's blob on unicorn's Cortex-M4 and records every executed address and every memory access.
 * trace CODE TABLE. In, for each run: what (u32, little-endian) and an arena of 168 bytes. Out: a line of JSON with
 * result, instructions, accesses and differs, where differs is null for the first run and for one whose sequence is
 * that of the first, and otherwise says where the two part.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicorn/unicorn.h>

enum { CODE = 0x10000, TABLE = 0x20000, FIELD = 0x30000, STACK = 0x40000, RETURN = 0x18000, ROOM = 0x10000, ARENA = 168 };
#define ACCESS (1ull << 63)
#define EVENTS (1 << 24)

typedef struct {
  uint64_t *events;
  size_t count, accesses;
} trace;

static void die(const char *why) {
  fprintf(stderr, "trace: %s\n", why);
  exit(1);
}

static void must(uc_err error) {
  if (error) die(uc_strerror(error));
}

static void record(trace *t, uint64_t event) {
  if (t->count == EVENTS) die("too many events");
  t->events[t->count++] = event;
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t size, void *data) {
  (void)uc, (void)size;
  record(data, address);
}

static void on_memory(uc_engine *uc, uc_mem_type kind, uint64_t address, int size, int64_t value, void *data) {
  (void)uc, (void)value;
  ((trace *)data)->accesses++;
  record(data, ACCESS | (uint64_t)kind << 40 | (uint64_t)size << 32 | address);
}

static void load(uc_engine *uc, uint64_t to, const char *path) {
  static uint8_t bytes[RETURN - CODE];
  FILE *file = fopen(path, "rb");
  if (!file) die("cannot open the code or the table");
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  must(uc_mem_write(uc, to, bytes, length));
}

static void report(uc_engine *uc, const trace *now, const trace *first) {
  int32_t result;
  size_t at = 0;
  must(uc_reg_read(uc, UC_ARM_REG_R0, &result));
  printf("{\"result\": %d, \"instructions\": %zu, \"accesses\": %zu, \"differs\": ", result, now->count - now->accesses,
         now->accesses);
  while (at < now->count && at < first->count && now->events[at] == first->events[at]) at++;
  if (at == now->count && at == first->count) {
    puts("null}");
  } else {
    uint64_t event = at < now->count ? now->events[at] : 0;
    printf("\"event %zu of %zu and %zu, %s 0x%x\"}\n", at, now->count, first->count,
           event & ACCESS ? "access to" : "execution at", (unsigned)event);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) die("usage: trace CODE TABLE");
  uc_engine *uc;
  uc_hook code, memory;
  trace traces[2] = {{malloc(EVENTS * 8ul), 0, 0}, {malloc(EVENTS * 8ul), 0, 0}}, now = {0};
  if (!traces[0].events || !traces[1].events) die("no memory");
  must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &uc));
  must(uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_M4));
  must(uc_mem_map(uc, CODE, ROOM, UC_PROT_READ | UC_PROT_EXEC));
  must(uc_mem_map(uc, TABLE, ROOM, UC_PROT_READ));
  must(uc_mem_map(uc, FIELD, ROOM, UC_PROT_READ | UC_PROT_WRITE));
  must(uc_mem_map(uc, STACK, ROOM, UC_PROT_READ | UC_PROT_WRITE));
  load(uc, CODE, argv[1]);
  load(uc, TABLE, argv[2]);
  must(uc_hook_add(uc, &code, UC_HOOK_CODE, on_code, &now, 1, 0));
  must(uc_hook_add(uc, &memory, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_memory, &now, 1, 0));

  uint8_t request[4 + ARENA];
  for (int run = 0; fread(request, 1, sizeof request, stdin) == sizeof request; run++) {
    uint32_t what = request[0] | request[1] << 8 | request[2] << 16 | (uint32_t)request[3] << 24;
    uint32_t sp = STACK + ROOM, lr = RETURN | 1, io = FIELD, table = TABLE;
    must(uc_mem_write(uc, FIELD, request + 4, ARENA));
    must(uc_reg_write(uc, UC_ARM_REG_SP, &sp));
    must(uc_reg_write(uc, UC_ARM_REG_LR, &lr));
    must(uc_reg_write(uc, UC_ARM_REG_R0, &what));
    must(uc_reg_write(uc, UC_ARM_REG_R1, &io));
    must(uc_reg_write(uc, UC_ARM_REG_R2, &table));
    trace *kept = &traces[run > 0];
    now = (trace){kept->events, 0, 0};
    must(uc_emu_start(uc, CODE | 1, RETURN, 0, 0));
    *kept = now;
    report(uc, kept, &traces[0]);
  }
  return 0;
}
