#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Loft's configuration: a thin layer over Debian's python3-kconfiglib.

kconfig.py OUT gen                .config -> auto.mk and include/generated/autoconf.h
kconfig.py OUT defconfig FILE     start from a board's defconfig
kconfig.py OUT menuconfig | oldconfig | olddefconfig
kconfig.py OUT savedefconfig FILE write what differs from the defaults
"""
import os
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




def generate(kconf, out):
    """auto.mk is .config without quotes; autoconf.h keeps its time stamp when nothing changed."""
    kconf.write_config(f"{out}/.config", save_old=False)
    kconf.write_autoconf(f"{out}/include/generated/autoconf.h", "/* Generated from .config. */\n")
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
