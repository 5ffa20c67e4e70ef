#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Loft's configuration: a thin layer over Debian's python3-kconfiglib.

kconfig.py OUT gen                .config -> auto.mk and include/generated/autoconf.h
kconfig.py OUT defconfig FILE     start from a board's defconfig
kconfig.py OUT menuconfig | oldconfig | olddefconfig
kconfig.py OUT savedefconfig FILE write what differs from the defaults
"""
import os
import pathlib
import re
import sys

import kconfiglib


def load(kconf, path):
    """Load a configuration; a symbol that Kconfig does not know stops everything."""
    kconf.warn = True
    kconf.warn_to_stderr = False
    kconf.warn_assign_undef = True
    kconf.load_config(path)
    if kconf.warnings:
        sys.exit("\n".join(kconf.warnings))


def load_current(kconf, path):
    """Load .config. A symbol which has gone since it was written is dropped with a word."""
    kconf.warn_to_stderr = False
    kconf.warn_assign_undef = True
    kconf.load_config(path)
    for line in kconf.warnings:
        print(line, file=sys.stderr)
    kconf.warnings.clear()


def values(autoconf):
    """{symbol: value} of an autoconf.h, and nothing of one that is not there."""
    if not os.path.exists(autoconf):
        return {}
    with open(autoconf, encoding="utf-8") as f:
        return dict(re.findall(r"^#define (CONFIG_\w+) (.*)$", f.read(), re.M))


def age(path):
    """Older than any source. (To make, a missing object is no reason to link again.)"""
    os.utime(path, (1, 1))


def age_objects(out, changed):
    """Those whose sources, as their .d lists them, mention one of the symbols."""
    mentions = {}

    def mentioned(path):
        if path not in mentions:
            try:
                text = pathlib.Path(path).read_text(encoding="utf-8")
            except FileNotFoundError:
                return changed      # a header that went away: what had it is made again
            mentions[path] = set(re.findall(r"\bCONFIG_\w+", text)) & changed
        return mentions[path]

    for depends in pathlib.Path(out).rglob("*.d"):
        made = depends.with_suffix(".o")
        if not made.exists():       # /etc/ld.so.conf.d of an unpacked package
            continue
        first = depends.read_text(encoding="utf-8").replace("\\\n", " ").split("\n", 1)[0]
        sources = [s for s in first.split()[1:] if not s.endswith("/autoconf.h")]
        if any(mentioned(s) for s in sources):
            age(made)


def generate(kconf, out):
    """auto.mk, which is .config without quotes, and autoconf.h.

    Everything includes autoconf.h, and would be made again whenever it is younger. So it is older
    than every object, and so become the objects that another value is for, before it is written.
    """
    kconf.write_config(f"{out}/.config", save_old=False)
    autoconf = f"{out}/include/generated/autoconf.h"
    before = values(autoconf)
    kconf.write_autoconf(f"{autoconf}.new", "/* Generated from .config. */\n")
    after = values(f"{autoconf}.new")
    changed = {s for s in before.keys() | after.keys() if before.get(s) != after.get(s)}
    if changed:
        age_objects(out, changed)
    os.replace(f"{autoconf}.new", autoconf)
    age(autoconf)
    with open(f"{out}/auto.mk", "w") as f:
        f.write("# Generated from .config.\n")
        for sym in kconf.unique_defined_syms:
            if sym.config_string and sym.config_string.startswith("CONFIG_"):
                f.write(sym.config_string.replace('"', ""))
        board = kconf.named_choices["BOARD"].selection.name
        f.write(f"BOARD := {board.removeprefix('BOARD_').lower()}\n")


def main():
    out, action, *args = sys.argv[1:]
    config = f"{out}/.config"
    os.environ["KCONFIG_CONFIG"] = config
    os.makedirs(f"{out}/include/generated", exist_ok=True)
    kconf = kconfiglib.Kconfig("Kconfig", suppress_traceback=True)
    if action == "defconfig":
        load(kconf, args[0])
        kconf.write_config(config, save_old=False)
        return
    load_current(kconf, config)
    if action == "gen":
        generate(kconf, out)
    elif action == "olddefconfig":
        print(kconf.write_config(config, save_old=False))
    elif action == "oldconfig":
        import oldconfig
        sys.argv = ["oldconfig", "Kconfig"]
        oldconfig._main()
    elif action == "menuconfig":
        import menuconfig
        menuconfig.menuconfig(kconf)
    elif action == "savedefconfig":
        print(kconf.write_min_config(args[0]))
    else:
        sys.exit(__doc__)


main()
