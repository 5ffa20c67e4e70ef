#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-layers.py [OUT...]: includes and calls point one way through layers and rooms (scripts/rooms.py).

Includes are read from the sources, calls and uses of data from the objects below each OUT. What a
lower layer calls in a higher one it declares itself: arch's entries into C, lib's faster ways of
the CPU. Inside a room the files may form CIRCLES_MAX circles in all, each named in its room's
statement (`Circle:`). #if stays where it belongs.
"""
import collections
import os
import re
import subprocess
import sys

import rooms

# Layers where configuration is tested by IS_ENABLED() and never by #if.
NO_IF = {"cmd", "common", "lib", "fs", "net"}
CIRCLES_MAX = 3


def include_problems(house):
    for source, target in sorted(house.includes()):
        if not rooms.may_include(source, target):
            yield f"{source}: {rooms.room(source)} may not include {target}"


def call_problems(house, out):
    for source, target, symbol in sorted(house.calls(out)):
        if not rooms.may_use(source, target) and not house.declares(rooms.layer(source), symbol):
            yield f"{source}: {rooms.room(source)} may not use {symbol}() of {target}"


def circles(edges):
    """Tarjan: the strongly connected sets of more than one file."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in sorted(edges[v]):
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in stack:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            part = []
            while not part or part[-1] != v:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for v in sorted(edges):
        if v not in index:
            visit(v)
    return found


def circle_problems(house, outs):
    """Of files that call, or use the data of, each other."""
    edges = collections.defaultdict(set)

    def add(source, target):
        if source != target and rooms.room(source) == rooms.room(target):
            edges[source].add(target)
            edges[target]       # so that it is there

    for out in outs:
        for source, target, _ in house.calls(out):
            add(source, target)
    said = {name: statement.get("Circle", []) for name, statement in house.statements().items()}
    found = circles(edges)
    for part in found:
        room = rooms.room(part[0])
        names = {os.path.splitext(os.path.basename(p))[0] for p in part}
        if not any(names <= set(re.findall(r"[\w-]+", line)) for line in said.get(room, [])):
            yield f"{room}: a circle of files: {', '.join(sorted(names))}"
    if len(found) > CIRCLES_MAX:
        yield f"{len(found)} circles of files in the tree, {CIRCLES_MAX} at most"
    print(f"circles: {len(found)} of {CIRCLES_MAX}")


def statement_problems(house):
    """Each room says what it is for, and which rooms it uses; what it says is what it does."""
    statements = house.statements()
    uses = house.uses()
    for name in house.rooms():
        if name not in statements:
            yield f"{name}: no header has its statement (`Room {name}: ...`)"
            continue
        said = statements[name]
        for word in ("In", "Out", "Uses"):
            if word not in said:
                yield f"{name}: its statement has no line `{word}:`"
        want = uses[name] or ["nothing"]
        have = [w for line in said.get("Uses", []) for w in re.split(r",\s*|\s+", line) if w]
        if have != want:
            yield f"{name}: `Uses: {', '.join(have)}` is to be `{', '.join(want)}`"


def if_problems(house):
    ifs = collections.Counter()
    for path in house.files:
        count = len(re.findall(r"^\s*#\s*if", house.text(path), re.M))
        ifs[rooms.layer(path)] += count
        # log.h lets a file choose its LOG_NAME: the one use that no C can express.
        if count and rooms.layer(path) in NO_IF and path != "lib/base/log.h":
            yield f"{path}: {count} #if; use IS_ENABLED()"
    print("#if:", ", ".join(f"{name} {ifs[name]}" for name in sorted(ifs)))


def main():
    house = rooms.House()
    outs = sys.argv[1:]
    problems = list(include_problems(house)) + list(statement_problems(house))
    for out in outs:
        problems += call_problems(house, out)
    problems += circle_problems(house, outs)
    problems += if_problems(house)
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
