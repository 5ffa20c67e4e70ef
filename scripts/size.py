#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The parts of the image, and whether it keeps its budget.

size.py KB NM BIN        one line; being larger than KB is said
size.py KB NM BIN MAP    also the files that weigh most; being larger is an error
"""
import collections
import os
import re
import sys


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


budget = int(sys.argv[1]) * 1024
text, rodata, data, bss = parts(sys.argv[2])
total = os.path.getsize(sys.argv[3])
print(f"  SIZE    text {text}  rodata {rodata}  data {data}  bss {bss}  "
      f"image {total} = {total / 1024:.0f} KB of {budget // 1024} KB")
if len(sys.argv) > 4:
    for name, size in heaviest(sys.argv[4]):
        print(f"{size:8} {name}")
if total > budget:
    print("size: the image is larger than its budget")
    sys.exit(len(sys.argv) > 4)
