#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""size.py NM BIN [MAP]: the parts of the image; with a map, the files that weigh most."""
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


def heaviest(map_file):
    """Bytes per input file, from the ' .text.x  0xaddress  0xsize file' lines of a GNU map."""
    weight = collections.Counter()
    with open(map_file) as f:
        text = re.sub(r"\n +0x", " 0x", f.read())
    for m in re.finditer(r"^ \.(?:text|rodata|data)\S* +0x\w+ +(0x\w+) (\S+)$", text, re.M):
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
    sys.exit("size: the image is larger than its budget")
