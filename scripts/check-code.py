#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-code.py [-v] CROSS_COMPILE ELF...: what a linked image must not do on silicon, by its instructions.

Cortex-A53 835769 and 843419: their sequences are nowhere, in the prebuilt libraries neither. (The linker's flag for
the second would round its veneers up to a page even where there are none: 4 KB.) AmpereOne AC03_CPU_36: a DSB before
each write of HCR_EL2. A DSB and an ISB behind each ERET of the monitor: nothing is speculated past it. What must be
between maintenance, registers of translation and their use: order.py.

With the MMU off all memory is Device. What C runs so, by the calls from its entries: no FP/SIMD, no exclusives or
atomics, no DC ZVA, no offset that is not a multiple of its size, no indirect call, and no more stack than there is.
"""
import re
import subprocess
import sys

import order

# Entries from assembly with the MMU off, and the stack that they may use: arch/layout.h.
ENTRIES = {
    "early_map": 0x400,             # EARLY_STACK_MMU_OFF
    "el3_boot": 0x1000,             # MONITOR_STACK_SIZE
    "el3_secondary": 0x1000,
    "monitor_smc": 0x1000 - 160,    # SMC_FRAME
    "monitor_unexpected": 0x1000,
}
# What they call that may do what others may not, and why.
LISTED = {
    "el3_copy": ("FP/SIMD",),       # 64 aligned bytes at a time; at EL3, where it is not trapped
    "el2_apply": ("indirect",),     # a switch over the registers
    "add_rules": ("misaligned",),   # from 4 bytes before a rule
    "el3_boot": ("indirect",),      # the monitor's functions, at their place in its window:
    "el3_secondary": ("indirect",),
}
INDIRECT = {"el3_boot": ("monitor_start",), "el3_secondary": ("monitor_wait",)}

LINE = re.compile(r"^\s*([0-9a-f]+):\t([0-9a-f]{8}) \t(\S+)\s*([^/<]*)")
ACCUMULATE = {"madd", "msub", "smaddl", "smsubl", "umaddl", "umsubl"}
MEMORY = re.compile(r"^(ld|st|prfm)")
ATOMIC = re.compile(r"^(ldx|stx|ldax|stlx|cas|swp|ld(add|clr|set|eor|[su]max|[su]min))")
SIMD = re.compile(r"(^|[\s,{\[])[vqdshb]\d+\b")
SIZES = {"b": 1, "h": 2, "sb": 1, "sh": 2, "sw": 4}


class Insn:
    def __init__(self, found):
        self.pc, self.word = int(found[1], 16), int(found[2], 16)
        self.op, self.args = found[3], found[4].strip()

    def is_memory(self):
        return bool(MEMORY.match(self.op))

    def registers(self):
        return [r[1:] for r in re.findall(r"\b[xw]\d+\b", self.args)]


def functions(cross, elf):
    """({address: [Insn]}, {address: name}); constants behind a function are no part of it"""
    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    names, insns = {}, {}
    sizes = {}
    for line in run(f"{cross}nm", "-S", elf).splitlines():
        found = re.match(r"([0-9a-f]+) ([0-9a-f]+) [tT] (\S+)$", line)
        if found:
            names[int(found[1], 16)] = found[3]
            sizes[int(found[1], 16)] = int(found[2], 16)
    for line in run(f"{cross}objdump", "-d", elf).splitlines():
        match = LINE.match(line)
        if match:
            insn = Insn(match)
            insns[insn.pc] = insn
    code = {at: [insns[pc] for pc in range(at, at + size, 4) if pc in insns] for at, size in sizes.items()}
    # what stands between them, of assembly that is no function
    known = {insn.pc for part in code.values() for insn in part}
    start = last = None
    for pc in sorted(insns.keys() - known):
        if last is None or pc != last + 4 or pc in names:
            start = pc
            code[start] = []
            names.setdefault(start, f"code at {start:#x}")
        code[start].append(insns[pc])
        last = pc
    return code, names


def errata(code, names):
    for start, insns in code.items():
        name = names[start]
        for i, first in enumerate(insns[:-1]):
            second = insns[i + 1]
            if first.is_memory() and second.op in ACCUMULATE and second.args.startswith("x"):
                loaded = first.registers()[:2 if "p" in first.op[2:4] else 1] if first.op.startswith("ld") else []
                # one that waits for what was loaded is not affected
                if not set(loaded) & set(second.registers()[1:]):
                    yield f"{name} at {first.pc:#x}: Cortex-A53 835769: {first.op}, {second.op}"
            if first.op == "adrp" and first.pc & 0xfff >= 0xff8 and second.is_memory():
                base = first.registers()[0]
                for last in insns[i + 2:i + 4]:
                    # load or store, unsigned offset
                    if last.word >> 24 & 0x3b == 0x39 and str(last.word >> 5 & 31) == base:
                        yield f"{name} at {first.pc:#x}: Cortex-A53 843419"


def amperone(code, names):
    """AmpereOne AC03_CPU_36: HCR_EL2 is written with no access in flight: a DSB stands before it.

    What was loaded since, and is needed for the write, has arrived."""
    for start, insns in code.items():
        at = {insn.pc: insn for insn in insns}
        for insn in insns:
            if insn.op != "msr" or not insn.args.startswith("hcr_el2,"):
                continue
            if names[start] == "el2_apply":     # by a switch
                good = "dsb" in [b.op for b in insns if b.pc < insn.pc]
            else:
                good = comes_after(at, insn.pc)
            if not good:
                yield f"{names[start]} at {insn.pc:#x}: AmpereOne AC03_CPU_36: no DSB before HCR_EL2 is written"


def comes_after(at, pc):
    """Does every way to it have a DSB, and no store behind that?"""
    todo, seen = [pc], {pc}
    while todo:
        pc = todo.pop()
        before = [b for b in at.values() if re.search(rf"(^|, ){pc:x}$", b.args) and b.op.startswith(("b", "cb", "tb"))]
        if pc - 4 in at and at[pc - 4].op not in ("b", "br", "ret", "eret"):
            before.append(at[pc - 4])
        if not before or any(b.op.startswith("st") for b in before):
            return False
        todo += [b.pc for b in before if b.op != "dsb" and b.pc not in seen]
        seen.update(b.pc for b in before)
    return True


def eret(code, names):
    """Nothing is speculated past the monitor's returns: DSB and ISB stand behind them."""
    for start, insns in code.items():
        begun = 0
        for i, insn in enumerate(insns):
            if insn.op == "eret":
                of_el3 = names[start].startswith("monitor_") or any("_el3" in b.args for b in insns[begun:i])
                begun = i
                if of_el3 and [b.op for b in insns[i + 1:i + 3]] != ["dsb", "isb"]:
                    yield f"{names[start]} at {insn.pc:#x}: no DSB and ISB behind an ERET"


def nop(insn):
    """What stands there when an instruction has been removed."""
    return Insn((None, f"{insn.pc:x}", "d503201f", "nop", ""))


RULES = {"errata of Cortex-A53": errata, "AmpereOne AC03_CPU_36": amperone, "speculation past ERET": eret}


def is_misaligned(insn):
    """An offset that no alignment of the base makes right; registers of 32 or 64 bits."""
    found = re.match(r"(?:ld|st)(?:u|t)?r(s?[bhw]?)$", insn.op)
    offset = re.search(r"\[\w+, #(-?(?:0x)?[0-9a-f]+)\]", insn.args)
    if not found or not offset:
        return False
    return int(offset[1], 0) % SIZES.get(found[1], 8 if insn.args.startswith("x") else 4) != 0


def wrong(insn):
    if SIMD.search(insn.args) and insn.op not in ("bl", "b"):
        return "FP/SIMD"
    if ATOMIC.match(insn.op):
        return "exclusives"
    if insn.op == "dc" and "zva" in insn.args:
        return "DC ZVA"
    if insn.op in ("br", "blr"):
        return "indirect"
    return "misaligned" if is_misaligned(insn) else None


def frame(insns):
    """Bytes of stack that a function takes itself."""
    size = 0
    for insn in insns:
        found = re.match(r"sp, sp, #(0x[0-9a-f]+|\d+)(, lsl #12)?", insn.args) if insn.op == "sub" else None
        if found:
            size += int(found[1], 0) << (12 if found[2] else 0)
        found = re.search(r"\[sp, #-(\d+)\]!", insn.args)
        if found:
            size += int(found[1])
    return size


def mmu_off(code, names, entry, bound, depths):
    """Problems of all that is called from an entry; its depth goes into @depths."""
    reached, problems = {}, []
    by_name = {name: at for at, name in names.items()}

    def depth(at, path):
        name = names[at]
        if name in path:
            problems.append(f"{name}: calls itself with the MMU off: {' '.join(path)}")
            return 0
        if at in reached:
            return reached[at]
        targets = [by_name[n] for n in INDIRECT.get(name, ())]
        for insn in code[at]:
            what = wrong(insn)
            if what and what not in LISTED.get(name, ()):
                problems.append(f"{name} at {insn.pc:#x}: {what} with the MMU off, from {entry}: {insn.op} {insn.args}")
            if insn.op in ("bl", "b") and int(insn.args, 16) in code and int(insn.args, 16) != at:
                targets.append(int(insn.args, 16))
        reached[at] = frame(code[at]) + max([depth(t, path + [name]) for t in targets], default=0)
        return reached[at]

    depths[entry] = depth(by_name[entry], [])
    if depths[entry] > bound:
        problems.append(f"{entry} needs {depths[entry]} bytes of stack with the MMU off, and has {bound}")
    return problems


def named(cross, elf, names, found):
    """[(address, problem)] by symbol and line."""
    if not found:
        return []
    lines = subprocess.run([f"{cross}addr2line", "-e", elf, *(f"{pc:#x}" for pc, _ in found)], capture_output=True,
                           text=True, check=True).stdout.split("\n")
    return [f"{names[max(a for a in names if a <= pc)]} at {pc:#x} ({line.split(' ')[0]}): {what}"
            for (pc, what), line in zip(found, lines)]


def main():
    args = sys.argv[1:]
    verbose = args[0] == "-v"
    cross, *elfs = args[verbose:]
    bad = False
    for elf in elfs:
        (code, names), depths = functions(cross, elf), {}
        problems = [p for rule in RULES.values() for p in rule(code, names)]
        problems += named(cross, elf, names, list(order.findings(order.Flow(code, names))))
        if "early_map" not in names.values():
            problems.append("no early_map: what runs with the MMU off?")
        for entry, bound in ENTRIES.items():
            if entry in names.values():
                problems += mmu_off(code, names, entry, bound, depths)
        for problem in problems:
            print(f"{elf}: {problem}", file=sys.stderr)
        bad = bad or bool(problems)
        if verbose:
            print("stack with the MMU off:", ", ".join(f"{e} {d} of {ENTRIES[e]}" for e, d in depths.items()))
    sys.exit(bad)


if __name__ == "__main__":
    main()
