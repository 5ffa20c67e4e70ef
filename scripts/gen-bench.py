#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""gen-bench.py BENCH.JSON: put the figures of `make bench` into README.md, between the marks there.

Without the file, README keeps what it has.
"""
import json
import os
import re
import sys

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../README.md")
MARKS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.S)


def figure(count):
    return "" if count is None else f"{count:,}"


def per_byte(count):
    return "" if count is None else f"{count:.2f}" if count < 10 else f"{count:.0f}"


def table(result):
    lines = ["| program | what | instructions | of them with the MMU off |", "| --- | --- | ---: | ---: |"]
    for row in result["rows"]:
        lines.append(f"| {row['program']} | {row['what']} | {row['instructions']:,} | {figure(row['mmu_off'])} |")
    for program, size in result["image_bytes"].items():
        lines.append(f"| {program} | image, bytes | {size:,} | |")
    lines += ["", "| instructions per byte | Loft | bar | U-Boot |", "| --- | ---: | ---: | ---: |"]
    for row in result.get("memory", []):
        lines.append(f"| `{row['what']}` | {per_byte(row['loft'])} | {row['bar']} | {per_byte(row['uboot'])} |")
    return "\n".join(lines) + "\n"


def main():
    if not os.path.exists(sys.argv[1]):
        print(f"{sys.argv[1]} is missing: README.md keeps its figures (make bench makes new ones)")
        return
    with open(sys.argv[1], encoding="utf-8") as f:
        made = table(json.load(f))
    with open(README, encoding="utf-8") as f:
        text = f.read()
    with open(README, "w", encoding="utf-8") as f:
        f.write(MARKS.sub(lambda m: m[1] + made + m[2], text, count=1))


main()
