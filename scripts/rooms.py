# SPDX-License-Identifier: BSD-2-Clause
"""The house: layers, and in them rooms, each in front of those that it may use.

The one table. scripts/check-layers.py holds the sources to it; scripts/gen-house.py draws it
(doc/house.svg) and prints it into doc/architecture.md.

A room is a folder. Its statement is the first comment of one of its headers:

    Room common/env: variables and their stores.
    In:    ...
    Out:   ...
    Uses:  console, fdt, mem            (of its own layer; checked)
    Circle: a, b: why                   (where files of the room need each other)
"""
import collections
import os
import pathlib
import re
import subprocess

# Each may use those behind it. <arch> is arch/*/include/arch: what neutral code may know of a CPU.
LAYERS = ("cmd", "common", "fs", "net", "drivers", "<arch>", "lib", "include")

# The rooms of a layer, in order: each may use those behind it.
ROOMS = {
    "common": ("start", "boot", "net", "handoff", "map", "image", "source", "shell", "gdb", "env",
               "console", "fdt", "mem"),
    "arch": ("start", "handoff", "el3", "fault", "el2", "mmu", "pgtable", "cpu"),
    "lib": ("serload", "sh", "edit", "env", "extlinux", "gdb", "pack", "crypto", "hash", "base"),
}
# Where the rooms of a layer are.
FOLDER = {"common": "common", "arch": "arch/arm64", "lib": "lib"}
# Rooms that make the tables and the jump know the one architecture, behind <arch>.
KNOW_ARCH = {"common/start", "common/boot", "common/handoff", "common/map", "common/mem"}
# What boards and the layers know of each other.
BOARD = "common/board.h"
BOARD_USES = {"drivers", "<arch>", "lib"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(arch/[^>]+)>)', re.M)
STATEMENT = re.compile(r"/\*\s*\n \* Room ([\w/]+): (.*?)\*/", re.S)


def layer(path):
    if path.startswith("arch/") and "/include/arch/" in path:
        return "<arch>"
    return path.split("/")[0]


def room(path):
    """`common/env`; of a layer without rooms the folder; of common/board.h the layer."""
    if layer(path) == "<arch>":
        return "<arch>"
    folder = os.path.dirname(path)
    return folder if folder else path


def in_order(source, target):
    """Two rooms of a layer: is the second behind the first?"""
    name = layer(source)
    if room(source) == room(target) or name not in ROOMS or target == BOARD:
        return True
    order = [f"{FOLDER[name]}/{r}" for r in ROOMS[name]]
    if room(source) not in order or room(target) not in order:
        return False
    return order.index(room(source)) < order.index(room(target))


def may_use(source, target):
    a, b = layer(source), layer(target)
    if a == b:      # (boards of a family share a folder)
        return in_order(source, target)
    if a == "board":
        return b in BOARD_USES or target == BOARD or b == "arch"
    if b == "arch":     # its objects are what stands behind the doors of <arch>
        return a in LAYERS and LAYERS.index(a) < LAYERS.index("<arch>")
    if a == "arch":
        return b in LAYERS and LAYERS.index(b) >= LAYERS.index("<arch>")
    return a in LAYERS and b in LAYERS and LAYERS.index(a) < LAYERS.index(b)


def may_include(source, target):
    if layer(target) == "arch" and layer(source) != "arch":
        return room(source) in KNOW_ARCH
    return may_use(source, target)


class House:
    def __init__(self):
        listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], capture_output=True,
                                text=True, check=True).stdout.split()
        self.files = [p for p in listed if p.endswith((".c", ".h", ".S")) and os.path.exists(p)
                      and (layer(p) in LAYERS or layer(p) in ("arch", "board"))]
        self.known = set(self.files)
        self.texts = {}
        self.codes = {}
        self.symbols = {}

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = pathlib.Path(path).read_text(encoding="utf-8")
        return self.texts[path]

    def code(self, path):
        """Its text without comments."""
        if path not in self.codes:
            self.codes[path] = re.sub(r"/\*.*?\*/|//[^\n]*", "", self.text(path), flags=re.S)
        return self.codes[path]

    def rooms(self):
        """Every room of the layers that have them, in order."""
        return [f"{FOLDER[name]}/{r}" for name in ROOMS for r in ROOMS[name]]

    def includes(self):
        for path in self.files:
            for m in INCLUDE.finditer(self.text(path)):
                target = m[1] or m[2]
                if m[2] or target.startswith("arch/") and target not in self.known:
                    target = f"arch/arm64/include/{target}"
                if target in self.known:
                    yield path, target

    def calls(self, out):
        """(source, target, symbol) of everything that an object below @out takes from another."""
        if out not in self.symbols:
            self.symbols[out] = list(self._calls(out))
        return self.symbols[out]

    def _calls(self, out):
        defined, wanted = {}, collections.defaultdict(set)
        sources = {os.path.splitext(p)[0]: p for p in self.files if p.endswith((".c", ".S"))}
        objects = [o for name in ("cmd", "common", "fs", "net", "drivers", "arch", "lib", "board")
                   for o in pathlib.Path(out, name).rglob("*.o")]
        if not objects:
            return
        nm = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-") + "nm"
        listing = subprocess.run([nm, "-A", *map(str, objects)], capture_output=True, text=True,
                                 check=True).stdout
        for m in re.finditer(r"^(\S+):[0-9a-f ]{16} (\w) (\S+)$", listing, re.M):
            path = sources.get(os.path.splitext(os.path.relpath(m[1], out))[0])
            if path and m[2] == "U":
                wanted[path].add(m[3])
            elif path and m[2].isupper():
                defined[m[3]] = path
        for path, names in wanted.items():
            for name in names & defined.keys():
                yield path, defined[name], name

    def declares(self, name, symbol):
        """Does a header of that layer, or of one behind it, declare it, or only the C library's?"""
        mine = {name} | set(LAYERS[LAYERS.index("<arch>" if name == "arch" else name):])
        where = {layer(p) for p in self.files
                 if p.endswith(".h") and re.search(rf"\b{symbol}\b", self.code(p))}
        return not where or bool(where & mine)

    def statements(self):
        """{room: {"": what it is for, "In": [lines], ...}}"""
        found = {}
        for path in self.files:
            m = STATEMENT.search(self.text(path)) if path.endswith(".h") else None
            if not m:
                continue
            key, said = "", collections.defaultdict(list)
            for line in m[2].splitlines():
                line = line.removeprefix(" *").strip()
                start = re.match(r"(In|Out|Uses|Circle):\s*(.*)", line)
                key, line = start.groups() if start else (key, line)
                if line:
                    said[key].append(line)
            found[m[1]] = said
        return found

    def uses(self):
        """{room: [rooms of its layer that it includes, in order]}"""
        found = collections.defaultdict(set)
        for source, target in self.includes():
            if layer(source) == layer(target) and room(source) != room(target):
                found[room(source)].add(room(target))
        return {name: [r.rsplit("/", 1)[1] for r in self.rooms() if r in found[name]]
                for name in self.rooms()}
