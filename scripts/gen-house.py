#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""gen-house.py [--check]: doc/house.svg and the table of rooms in doc/architecture.md, from the code.

A row a room, in the order of scripts/rooms.py; an arrow for each room that it includes. Since each
may use those behind it, every arrow goes down. Lines are those of code and comment, without blank
ones; --check lets them drift by a fifth, so that the picture need not change with every commit.
"""
import collections
import html
import os
import re
import sys

import rooms

SVG, PAGE = "doc/house.svg", "doc/architecture.md"
MARKS = "<!-- rooms -->", "<!-- /rooms -->"
WIDTH, ROW, LEFT, BOX = 960, 26, 20, 200
COLORS = {"cmd": "#fbeecb", "common": "#dcebfa", "fs": "#e3f4e1", "net": "#e3f4e1", "drivers": "#f3e3f4",
          "<arch>": "#fadfdc", "arch": "#fadfdc", "lib": "#ececec"}


def lines_of(house):
    count = collections.Counter()
    for path in house.files:
        full = len(re.findall(r"^.*\S.*$", house.text(path), re.M))
        count[group(path)] += full
    return {name: (n + 5) // 10 * 10 for name, n in count.items()}


def group(path):
    """The row that a file stands in: its room, or the layer where that has none."""
    name = rooms.layer(path)
    return rooms.room(path) if name in rooms.ROOMS and path != rooms.BOARD else name


def rows(house):
    """[(layer, row)] from the top"""
    found = {group(p) for p in house.files}
    for name in ("cmd", "common", "fs", "net", "drivers", "<arch>", "arch", "lib"):
        if name in rooms.ROOMS:
            for room in rooms.ROOMS[name]:
                yield name, f"{rooms.FOLDER[name]}/{room}"
        elif name in found:
            yield name, name


def svg(house):
    statements, lines, uses = house.statements(), lines_of(house), house.uses()
    order = list(rows(house))
    at = {row: 20 + i * ROW + 10 * sum(a[0] != b[0] for a, b in zip(order[:i], order[1:i + 1]))
          for i, (_, row) in enumerate(order)}
    height = max(at.values()) + ROW + 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
           'font-family="sans-serif" font-size="12">',
           "<title>Loft's rooms in their order, and which uses which</title>",
           '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
           'markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs>',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>']
    for name, row in order:
        y = at[row]
        what = statements.get(row, {}).get("", [row])
        text = {"cmd": "a thin file for each group of commands", "<arch>": "what neutral code may know of a CPU",
                "drivers": "a class header, a file a device", "fs": "metadata to runs of blocks",
                "net": "protocol machines: packets in, packets out"}.get(row, " ".join(what))
        out += [f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="{ROW - 5}" rx="3" '
                f'fill="{COLORS[name]}" stroke="#999"/>',
                f'<text x="{LEFT + 8}" y="{y + 15}" font-weight="bold">{html.escape(row)}</text>',
                f'<text x="{LEFT + BOX - 8}" y="{y + 15}" text-anchor="end" fill="#666">'
                f'{lines.get(row, 0)}</text>',
                f'<text x="400" y="{y + 15}" fill="#333">{html.escape(text)}</text>']
    lane = collections.Counter()
    for name, row in order:
        folder = rooms.FOLDER.get(name)
        for used in uses.get(row, []):
            target = f"{folder}/{used}"
            span = (at[target] - at[row]) / ROW
            x = LEFT + BOX
            bend = x + 14 + 17 * span
            lane[target] += 1
            out.append(f'<path d="M{x} {at[row] + 13}C{bend:.0f} {at[row] + 13} {bend:.0f} {at[target] + 8} '
                       f'{x + 2} {at[target] + 8}" fill="none" stroke="#999" stroke-width="0.8" '
                       'marker-end="url(#a)"/>')
    return "\n".join(out) + "\n</svg>\n"


def table(house):
    statements, lines = house.statements(), lines_of(house)
    out = ["| room | what for | in | out | uses | lines |", "| --- | --- | --- | --- | --- | ---: |"]
    for name in house.rooms():
        said = statements[name]
        cells = [" ".join(said.get(k, [])) for k in ("", "In", "Out", "Uses")]
        out.append(f"| `{name}` | " + " | ".join(c.replace("|", "\\|").replace("<", "&lt;") for c in cells) +
                   f" | {lines[name]} |")
    return "\n".join(out) + "\n"


LINES = re.compile(r'(fill="#666">|\| )(\d+)(</text>| \|$)', re.M)


def fresh(have, text):
    """The same but for the counts of lines, and those nearly."""
    if LINES.sub("", have) != LINES.sub("", text):
        return False
    pairs = zip((int(m[1]) for m in LINES.findall(have)), (int(m[1]) for m in LINES.findall(text)))
    return all(abs(a - b) <= max(b // 5, 50) for a, b in pairs)


def main():
    house = rooms.House()
    with open(PAGE, encoding="utf-8") as f:
        page = f.read()
    before, rest = page.split(MARKS[0] + "\n", 1)
    after = rest.split(MARKS[1], 1)[1]
    made = {SVG: svg(house), PAGE: before + MARKS[0] + "\n" + table(house) + MARKS[1] + after}
    stale = []
    for path, text in made.items():
        have = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                have = f.read()
        if have == text or "--check" in sys.argv and fresh(have, text):
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
    if "--check" in sys.argv and stale:
        print(f"{', '.join(stale)}: not what the rooms say: make docs")
        sys.exit(1)


if __name__ == "__main__":
    main()
