#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The parts of the image, and whether it keeps its budget.

size.py NM BIN           one line; being too large is said
size.py NM BIN MAP       also the files that weigh most; being too large is an error
"""
import collections
import os
import re
import sys

BUDGET = 200 * 1024


def parts(nm):
    marks = {}
    with open(nm) as f:
        for line in f:
            fields = line.split()
            if len(fields) == 3 and fields[2].startswith("__"):
                marks[fields[2]] = int(fields[0], 16)
    edges = ["__image_start", "__text_end", "__rodata_end", "__data_end", "__bss_end"]
    return [marks[b] - marks[a] for a, b in zip(edges, edges[1:])]


# ` .text.x  0xaddress  0xsize file` of GNU ld; `address address size align file:(.text.x)` of lld.
GNU = re.compile(r"^ \.(?:text|rodata|data)\S*\s+0x\w+ +0x(\w+) (\S+)$", re.M)
LLD = re.compile(r"^ +\w+ +\w+ +(\w+) +\d+ +(\S+):\(\.(?:text|rodata|data)", re.M)


def heaviest(map_file):
    """The input files with most bytes in the image."""
    weight = collections.Counter()
    with open(map_file) as f:
        text = f.read()
    # What --gc-sections dropped is listed too, at address 0 and before the memory map.
    text = text[max(text.find("Linker script and memory map"), 0):]
    for m in [*GNU.finditer(text), *LLD.finditer(text)]:
        weight[os.path.basename(m[2])] += int(m[1], 16)
    return weight.most_common(25)


text, rodata, data, bss = parts(sys.argv[1])
total = os.path.getsize(sys.argv[2])
print(f"  SIZE    text {text}  rodata {rodata}  data {data}  bss {bss}  "
      f"image {total} = {total / 1024:.0f} KB of {BUDGET // 1024} KB")
if len(sys.argv) > 3:
    for name, size in heaviest(sys.argv[3]):
        print(f"{size:8} {name}")
if total > BUDGET:
    print("size: the image is larger than its budget")
    sys.exit(len(sys.argv) > 3)
