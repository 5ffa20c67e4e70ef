#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Loft's symbol table, for fault reports.

mksyms.py write NM OUT.S     `nm -n` of the first link -> the table as assembly (see lib/base/ksyms.h)
mksyms.py verify NM1 NM2     the functions of the second link lie where the first link had them
"""
import collections
import re
import sys

TEXT = re.compile(r"^([0-9a-f]+) [tT] ([A-Za-z_][\w.]*)$")
# KSYM_NAME_MAX of lib/base/ksyms.h holds this and a NUL.
NAME_MAX = 63
LONG_STEP = 255


def functions(path):
    """[(offset, name)]: code only, one name an address, no section marks or mapping symbols."""
    found = {}
    with open(path) as f:
        for line in f:
            m = TEXT.match(line)
            if m and not m[2].startswith(("__image", "__text")):
                found.setdefault(int(m[1], 16), m[2])
    return sorted(found.items())


def steps(addresses):
    """The distance of each from the one before, in words: 255 says that more follows."""
    out, last = [], 0
    for address in addresses:
        if address % 4:
            sys.exit(f"mksyms: a function at {address:#x}")
        more, rest = divmod((address - last) // 4, LONG_STEP)
        out += [LONG_STEP] * more + [rest]
        last = address
    return out


def compress(names):
    """(alphabet, pairs, codes): byte pair encoding, the pair that is most frequent first.

    A code below len(alphabet) is a character, one above stands for two codes that are smaller. NUL
    ends a name; no pair goes on behind one, so that each name ends with a code.
    """
    text = "".join(name + "\0" for name in names)
    alphabet = sorted(set(text) | {"\0"})
    text = text.translate({ord(c): i for i, c in enumerate(alphabet)})
    pairs, ends = [], {chr(0)}
    while len(alphabet) + len(pairs) < 256:
        counts = collections.Counter(p for p in zip(text, text[1:]) if p[0] not in ends)
        pair, count = max(counts.items(), key=lambda c: (c[1], c[0]), default=(None, 0))
        # A pair costs two bytes, and saves one wherever it is found.
        if count < 3:
            break
        code = chr(len(alphabet) + len(pairs))
        text = text.replace("".join(pair), code)
        pairs.append(tuple(map(ord, pair)))
        if pair[1] in ends:
            ends.add(code)
    return alphabet, pairs, list(map(ord, text))


def expand(alphabet, pairs, code):
    if code < len(alphabet):
        return alphabet[code]
    return "".join(expand(alphabet, pairs, c) for c in pairs[code - len(alphabet)])


def write(symbols, path):
    # "walk.constprop.0" is a part of what the source calls walk.
    names = [name.split(".")[0][:NAME_MAX] for _, name in symbols]
    alphabet, pairs, codes = compress(names)
    text = "".join(expand(alphabet, pairs, c) for c in codes)
    if text != "".join(name + "\0" for name in names):
        sys.exit("mksyms: the names do not come back")
    arrays = {"ksym_characters": map(ord, alphabet),
              "ksym_pairs": (code for pair in pairs for code in pair),
              "ksym_steps": steps([address for address, _ in symbols]),
              "ksym_names": codes}
    with open(path, "w") as f:
        f.write('\t.section .ksyms, "a"\n\t.balign 4\n'
                "\t.globl ksym_count, ksym_first_pair\n\t.hidden ksym_count, ksym_first_pair\n"
                f"ksym_count:\n\t.long {len(symbols)}\nksym_first_pair:\n\t.long {len(alphabet)}\n")
        for name, values in arrays.items():
            f.write(f"\t.globl {name}\n\t.hidden {name}\n{name}:\n")
            f.write("".join(f"\t.byte {value}\n" for value in values))
        f.write('\t.section .note.GNU-stack, "", %progbits\n')


def main():
    if sys.argv[1] == "write":
        write(functions(sys.argv[2]), sys.argv[3])
    elif functions(sys.argv[2]) != functions(sys.argv[3]):
        sys.exit("mksyms: adding the symbol table moved code: is .ksyms the end of .rodata?")


main()
