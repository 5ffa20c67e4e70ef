#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""gen-options.py [--check]: doc/options.md from the Kconfig files, or whether it is what they say."""
import os
import sys

import kconfiglib

OUT = "doc/options.md"
HEAD = """# Options

What `make menuconfig` offers. A board's `configs/<board>_defconfig` holds only what differs from the
defaults below; `make savedefconfig` writes such a file to `build/defconfig`. In C an option is
`IS_ENABLED(CONFIG_X)` or the value `CONFIG_X`, never `#if`.

This file is made from the Kconfig files by `make docs`; `make check` compares the two.
"""


def default(sym):
    """The values that the option may start with, and when."""
    parts = []
    for value, condition in sym.defaults:
        text = kconfiglib.expr_str(value)
        if condition is not sym.kconfig.y:
            text += f" if {kconfiglib.expr_str(condition)}"
        parts.append(text)
    return ", ".join(parts) or {kconfiglib.BOOL: "n"}.get(sym.orig_type, "none")


def option(node):
    sym = node.item
    lines = [f"### CONFIG_{sym.name}", "", f"{node.prompt[0]}.", ""]
    facts = [("type", kconfiglib.TYPE_TO_STR[sym.orig_type])]
    if not sym.choice:
        facts.append(("default", f"`{default(sym)}`"))
    for low, high, _ in sym.ranges:
        facts.append(("range", f"`{low.str_value}` to `{high.str_value}`"))
    if node.dep is not sym.kconfig.y and not sym.choice:
        facts.append(("needs", f"`{kconfiglib.expr_str(node.dep)}`"))
    facts.append(("defined in", f"`{node.filename}`"))
    lines += ["; ".join(f"{name}: {value}" for name, value in facts)]
    if node.help:
        lines += ["", node.help.strip()]
    return lines + [""]


def walk(node, lines):
    while node:
        if node.item == kconfiglib.MENU or isinstance(node.item, kconfiglib.Choice):
            lines += [f"## {node.prompt[0]}", ""]
        elif isinstance(node.item, kconfiglib.Symbol) and node.prompt:
            lines += option(node)
        if node.list:
            walk(node.list, lines)
        node = node.next


def text():
    lines = [HEAD]
    walk(kconfiglib.Kconfig("Kconfig", suppress_traceback=True).top_node.list, lines)
    return "\n".join(lines).rstrip() + "\n"


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    made = text()
    if sys.argv[1:] == ["--check"]:
        with open(OUT, encoding="utf-8") as f:
            sys.exit(f.read() != made)
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(made)


main()
