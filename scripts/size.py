#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The parts of the image, and whether it keeps its budget.

size.py KB NM BIN        one line; being larger than KB is said
size.py KB NM BIN MAP    also the files that weigh most, and what each option adds; being larger is
                         an error
"""
import collections
import glob
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
KINDS = r"(?:\.(?:text|rodata|data|ksyms|relr)|\w+_table)"
GNU = re.compile(rf"^ {KINDS}\S*\s+0x\w+ +0x(\w+) (\S+)$", re.M)
LLD = re.compile(rf"^ +\w+ +\w+ +(\w+) +\d+ +(\S+):\({KINDS}", re.M)


def weights(map_file, out):
    """{file: bytes in the image}; ours are named as below @out, and a library's by itself."""
    weight = collections.Counter()
    with open(map_file) as f:
        text = f.read()
    # What --gc-sections dropped is listed too, at address 0 and before the memory map.
    text = text[max(text.find("Linker script and memory map"), 0):]
    # GNU ld puts a long name on a line of its own.
    text = re.sub(r"^( \.\S+)\n +0x", r"\1 0x", text, flags=re.M)
    for m in [*GNU.finditer(text), *LLD.finditer(text)]:
        ours = m[2].startswith(f"{out}/")
        weight[m[2].removeprefix(f"{out}/") if ours else os.path.basename(m[2])] += int(m[1], 16)
    return weight


def option_files():
    """{option: [object]} as the directories' Makefiles have them."""
    files = collections.defaultdict(list)
    for makefile in glob.glob("**/Makefile", recursive=True):
        with open(makefile, encoding="utf-8") as f:
            text = f.read().replace("\\\n", " ")
        for option, names in re.findall(r"^obj-\$\(CONFIG_(\w+)\) *\+= *(.*)$", text, re.M):
            files[option] += [f"{os.path.dirname(makefile)}/{name}" for name in names.split()]
    return files


def print_weights(map_file, out):
    weight = weights(map_file, out)
    for name, size in weight.most_common(25):
        print(f"{size:8} {name}")
    with open(f"{out}/auto.mk", encoding="utf-8") as f:
        on = set(re.findall(r"^CONFIG_(\w+)=y$", f.read(), re.M))
    print("options, by the files of their own (`make switches` builds without each):")
    rows = {option: sum(weight[name] for name in names) for option, names in option_files().items()}
    for option, size in sorted(rows.items(), key=lambda row: (-row[1], row[0])):
        print(f"{size:8} {option}" if option in on else f"     off {option}")


budget = int(sys.argv[1]) * 1024
text, rodata, data, bss = parts(sys.argv[2])
total = os.path.getsize(sys.argv[3])
print(f"  SIZE    text {text}  rodata {rodata}  data {data}  bss {bss}  "
      f"image {total} = {total / 1024:.0f} KB of {budget // 1024} KB")
if len(sys.argv) > 4:
    print_weights(sys.argv[4], os.path.dirname(sys.argv[3]))
if total > budget:
    print("size: the image is larger than its budget")
    sys.exit(len(sys.argv) > 4)
