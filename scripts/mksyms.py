#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Loft's symbol table, for fault reports.

mksyms.py write NM OUT.S     `nm -n` of the first link -> the table as assembly (see lib/ksyms.h)
mksyms.py verify NM1 NM2     the functions of the second link lie where the first link had them
"""
import re
import sys

TEXT = re.compile(r"^([0-9a-f]+) [tT] ([A-Za-z_][\w.]*)$")


def functions(path):
    """[(offset, name)]: code only, one name an address, no section marks or mapping symbols."""
    found = {}
    with open(path) as f:
        for line in f:
            m = TEXT.match(line)
            if m and not m[2].startswith(("__image", "__text")):
                found.setdefault(int(m[1], 16), m[2])
    return sorted(found.items())


def write(symbols, path):
    """Two bytes hold an address in words; the names follow each other in the same order."""
    with open(path, "w") as f:
        f.write('\t.section .ksyms, "a"\n\t.balign 4\n'
                "\t.globl ksym_count, ksym_words, ksym_names\n"
                "\t.hidden ksym_count, ksym_words, ksym_names\n"
                f"ksym_count:\n\t.long {len(symbols)}\nksym_words:\n")
        for address, name in symbols:
            if address % 4 or address >> 18:
                sys.exit(f"mksyms: {name} at {address:#x} does not fit the table of lib/ksyms.h")
            f.write(f"\t.hword {address >> 2:#x}\n")
        f.write("ksym_names:\n")
        for _, name in symbols:
            # "walk.constprop.0" is a part of what the source calls walk.
            f.write(f'\t.asciz "{name.split(".")[0]}"\n')
        f.write('\t.section .note.GNU-stack, "", %progbits\n')


def main():
    if sys.argv[1] == "write":
        write(functions(sys.argv[2]), sys.argv[3])
    elif functions(sys.argv[2]) != functions(sys.argv[3]):
        sys.exit("mksyms: adding the symbol table moved code: is .ksyms the end of .rodata?")


main()
