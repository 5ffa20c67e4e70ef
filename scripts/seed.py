#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""seed.py FROM OUT [NAME]: a build in OUT, which its make calls NAME, starts with the objects of the one in FROM.

For the many images of the tests, which differ in a few options: what mentions none of those is not
compiled again (scripts/kconfig.py). Does nothing where OUT was configured before, or FROM was not.
"""
import os
import pathlib
import re
import shutil
import sys

LAYERS = ("lib", "arch", "common", "fs", "net", "cmd", "drivers", "board")


def main():
    there, here = (pathlib.Path(os.path.relpath(path)) for path in sys.argv[1:3])
    name = sys.argv[3] if len(sys.argv) > 3 else str(here)
    if not (there / ".flags").exists() or (here / ".config").exists():
        return

    # What a text names of a build's own: the object, the headers that were made, where cold.lds lies.
    at = re.escape(str(there))
    own = re.compile(rf"^{at}/|(?<=[ I]){at}/include\b|-L {at} ", re.M)

    def copy(file):
        """With its time."""
        to = here / file.relative_to(there)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)
        if file.suffix == ".d" or file.name == ".flags":
            to.write_text(own.sub(lambda m: m[0].replace(str(there), name), file.read_text()))
            shutil.copystat(file, to)

    for layer in LAYERS:
        for file in sorted((there / layer).rglob("*.[od]")):
            copy(file)
    for file in sorted((there / "include").rglob("*.h")):
        copy(file)
    for made in (".flags", "auto.mk", ".config"):
        copy(there / made)


main()
