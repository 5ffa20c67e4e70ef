#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Includes point one way (doc/architecture.md), and #if stays where it belongs.

    cmd -> common -> fs, net -> drivers -> arch/*/include/arch -> lib
"""
import collections
import os
import re
import subprocess
import sys

# A layer, and the layers its files may include besides their own.
MAY = {
    "cmd": {"common", "fs", "net", "drivers", "<arch>", "lib", "include"},
    "common": {"fs", "net", "drivers", "<arch>", "lib", "include"},
    "fs": {"drivers", "<arch>", "lib", "include"},
    "net": {"drivers", "<arch>", "lib", "include"},
    "drivers": {"<arch>", "lib", "include"},
    "arch": {"<arch>", "lib", "include"},
    "<arch>": {"lib", "include"},
    "lib": {"include"},
    "include": set(),
    "board": {"common/board.h", "drivers", "<arch>", "lib"},
}
# Only these reach behind <arch/...> into one architecture: they make its tables and its jump.
ARCH_USERS = re.compile(r"common/(map|handoff|start|mem|boot)/\w*\.[ch]")
# Layers where configuration is tested by IS_ENABLED() and never by #if.
NO_IF = {"cmd", "common", "lib", "fs", "net"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(arch/[^>]+)>)', re.M)


def layer(path):
    if path.startswith("arch/") and "/include/arch/" in path:
        return "<arch>"
    return path.split("/")[0]


def include_problems(path, text):
    mine = layer(path)
    for m in INCLUDE.finditer(text):
        target = m[1] or m[2]
        behind = target.startswith("arch/") and not target.startswith("arch/arm64/")
        theirs = "<arch>" if behind else layer(target)
        if theirs == "generated" or mine == theirs or theirs in MAY[mine] or target in MAY[mine]:
            continue
        if theirs == "arch" and ARCH_USERS.fullmatch(path):
            continue
        yield f"{path}: {mine} may not include {target}"


def main():
    files = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], capture_output=True,
                           text=True, check=True).stdout.split()
    problems = []
    ifs = collections.Counter()
    for path in files:
        if not path.endswith((".c", ".h", ".S")) or layer(path) not in MAY:
            continue
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            text = f.read()
        problems += include_problems(path, text)
        count = len(re.findall(r"^\s*#\s*if", text, re.M))
        ifs[layer(path)] += count
        # log.h lets a file choose its LOG_NAME: the one use that no C can express.
        if count and layer(path) in NO_IF and path != "lib/base/log.h":
            problems.append(f"{path}: {count} #if; use IS_ENABLED()")
    print("#if:", ", ".join(f"{name} {ifs[name]}" for name in sorted(ifs)))
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))


main()
