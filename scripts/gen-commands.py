#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""gen-commands.py [BUILD]: doc/commands.md from the `help` of the image in BUILD (build/), run in QEMU.

test/qemu/test_docs.py compares the file with what document() makes of the image under test.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "doc/commands.md")

HEAD = """# Commands

Names, arguments and printed lines are U-Boot's where U-Boot has the command, so that scripts and
test rigs written for it work here. What follows below the rules is what a running image answers to
`help` and `help <command>`: `make docs` writes it, `make check` compares it with the image.

## The command line

- Numbers are hexadecimal, with or without `0x`; the text says where one is decimal.
- `;` and a newline separate commands; `a && b` runs `b` if `a` succeeded, `a || b` if it failed. `$?` is 0 or 1.
- `$name` and `${name}` are variables of the environment. `'...'` is literal, in `"..."` variables are
  still expanded, `\\x` is a literal `x`. `#` at the start of a word begins a comment.
- An empty line repeats the last command where that is useful: `md` then goes on at the next address.
- Ctrl-C ends the line. Its keys, Tab and Ctrl-R among them: [console.md](console.md#editing).
- A command that reads or writes where nothing is gives a fault report and the prompt. One that would
  write over something that has an owner (`memmap`) refuses, and names it.

"""


def names(help_text):
    return [line.split()[0] for line in help_text.splitlines() if line[:1].strip()]


def document(run):
    """@run types a command into a running Loft and returns what it printed."""
    listing = run("help").strip("\n")
    parts = [HEAD, "## All of them\n\n```text\n", listing, "\n```\n"]
    for name in names(listing):
        if name == "?":
            continue
        parts += [f"\n## {name}\n\n```text\n", run(f"help {name}").strip("\n"), "\n```\n"]
    return "".join(parts)


def main():
    sys.path.insert(0, os.path.join(ROOT, "test/qemu"))
    from console import Machine
    build = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build")
    m = Machine([os.environ.get("QEMU", "qemu-system-aarch64"), "-M", "virt", "-cpu", "cortex-a57",
                 "-m", "256M", "-nic", "none", "-display", "none", "-monitor", "none",
                 "-serial", "stdio", "-bios", os.path.join(build, "loft.bin")])
    try:
        m.prompt()
        made = document(m.run)
    finally:
        m.kill()
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(made)


if __name__ == "__main__":
    main()
