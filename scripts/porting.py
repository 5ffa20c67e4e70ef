#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""porting.py TREE: a copy of the sources in TREE, with every block of doc/porting.md put into it.

A block names its file behind its quotes, and how it gets there:

    ```c FILE               the file, whole; it must not be there yet
    ```make FILE +          added at the file's end
    ```c FILE after LINE    put behind that line, which is there once

What is outside of the block's own folder and is no new file is counted: one line of a table or
Makefile is what an addition may need.
"""
import os
import re
import shutil
import subprocess
import sys

PAGE = "doc/porting.md"
BLOCK = re.compile(r"^```\w+ (\S+)(?: (\+)| after ([^\n]*))?\n(.*?)^```$", re.M | re.S)


def blocks():
    """(file, "+", the line that it follows, text)"""
    with open(PAGE, encoding="utf-8") as f:
        return BLOCK.findall(f.read())


def tracked():
    return subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], capture_output=True, text=True,
                          check=True).stdout.split("\n")[:-1]


def put(path, plus, after, text):
    have = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            have = f.read()
    if after:
        line = after + "\n"
        assert have.count(line) == 1, f"{path} has {have.count(line)} lines '{after}'"
        have = have.replace(line, line + text)
    else:
        assert bool(have) == bool(plus), f"{path}: {'is not there' if plus else 'is there already'}"
        have += text
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(have)


def main():
    tree = sys.argv[1]
    shutil.rmtree(tree, ignore_errors=True)
    for path in filter(os.path.isfile, tracked()):
        os.makedirs(os.path.join(tree, os.path.dirname(path)), exist_ok=True)
        shutil.copy2(path, os.path.join(tree, path))
    for path, plus, after, text in blocks():
        put(os.path.join(tree, path), plus, after, text)


if __name__ == "__main__":
    main()
