#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Relative relocations in a few bytes: mkrelr.py READELF OUT.S

The linker writes 24 bytes for each pointer in the image; all say "add the image's address to the word here". Debian 12's
linker has no packed form of its own for AArch64, so this makes it: the entries of SHT_RELR (ELF gABI, "Relative
relocations"), from `readelf -rW` of an earlier link. An even entry is the offset of a word; an odd one is a bitmap of the
63 words that follow.
"""
import re
import sys

WORD = 8


def pack(offsets):
    entries, at = [], 0
    offsets = sorted(offsets)
    while at < len(offsets):
        entries.append(offsets[at])
        base = offsets[at] + WORD
        at += 1
        while True:
            bits = 0
            while at < len(offsets) and offsets[at] - base < 63 * WORD:
                bits |= 1 << ((offsets[at] - base) // WORD)
                at += 1
            if not bits:
                break
            entries.append(bits << 1 | 1)
            base += 63 * WORD
    return entries


def main():
    with open(sys.argv[1], encoding="ascii") as f:
        offsets = [int(o, 16) for o in re.findall(r"^([0-9a-f]+) .*R_AARCH64_RELATIVE", f.read(), re.M)]
    if any(o % WORD for o in offsets):
        sys.exit("mkrelr: a pointer that is not aligned to 8 bytes")
    with open(sys.argv[2], "w", encoding="ascii") as f:
        f.write('\t.section .relr, "a"\n\t.balign 8\n')
        f.write("".join(f"\t.quad {e:#x}\n" for e in pack(offsets)))
        f.write('\t.section .note.GNU-stack, "", %progbits\n')


main()
