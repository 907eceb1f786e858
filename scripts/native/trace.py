"""Runs the signer's bytes on unicorn's Cortex-M4 and records every executed address and every memory access.

trace.py CODE TABLE, one line of JSON in for each run: {"what": n, "arena": hex}; one line out:
{"result", "instructions", "accesses", "differs"}, where differs is null for the first run and for one whose
sequence is that of the first, and otherwise says where the two part.
"""
import json
import sys
from array import array
from unicorn import Uc, UC_ARCH_ARM, UC_MODE_THUMB, UC_MODE_MCLASS, UC_HOOK_CODE, UC_HOOK_MEM_READ, UC_HOOK_MEM_WRITE
from unicorn.arm_const import (UC_CPU_ARM_CORTEX_M4, UC_ARM_REG_LR, UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2,
                               UC_ARM_REG_SP)

CODE, TABLE, ARENA, STACK, RETURN = 0x10000, 0x20000, 0x30000, 0x40000, 0x18000
ROOM = 0x10000
ACCESS = 1 << 63


def main():
    code, table = (open(path, 'rb').read() for path in sys.argv[1:3])
    machine = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
    machine.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M4)
    for start in (CODE, TABLE, ARENA, STACK):
        machine.mem_map(start, ROOM)
    machine.mem_write(CODE, code)
    machine.mem_write(TABLE, table)
    trace = array('Q')
    seen = trace.append
    machine.hook_add(UC_HOOK_CODE, lambda uc, address, size, data: seen(address))
    machine.hook_add(UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE,
                     lambda uc, kind, address, size, value, data: seen(ACCESS | kind << 40 | size << 32 | address))
    first = None
    for line in sys.stdin:
        request = json.loads(line)
        del trace[:]
        machine.mem_write(ARENA, bytes.fromhex(request['arena']))
        machine.mem_write(STACK, bytes(ROOM))
        machine.reg_write(UC_ARM_REG_SP, STACK + ROOM)
        machine.reg_write(UC_ARM_REG_LR, RETURN | 1)
        machine.reg_write(UC_ARM_REG_R0, request['what'])
        machine.reg_write(UC_ARM_REG_R1, ARENA)
        machine.reg_write(UC_ARM_REG_R2, TABLE)
        machine.emu_start(CODE | 1, RETURN)
        accesses = sum(1 for event in trace if event >= ACCESS)
        differs = None
        if first is None:
            first = trace[:]
        elif trace != first:
            at = next((i for i, (a, b) in enumerate(zip(trace, first)) if a != b), min(len(trace), len(first)))
            event = trace[at] if at < len(trace) else 0
            differs = 'event %d of %d and %d, %s 0x%x' % (
                at, len(trace), len(first), 'access to' if event >= ACCESS else 'execution at', event & 0xffffffff)
        result = machine.reg_read(UC_ARM_REG_R0)
        print(json.dumps({'result': result - (1 << 32) if result >> 31 else result,
                          'instructions': len(trace) - accesses, 'accesses': accesses, 'differs': differs}), flush=True)


main()
