#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkenv.py ENV.txt OUT.h: the default environment as a C string, without its comments."""
import sys

source, out = sys.argv[1:]
lines = []
with open(source) as f:
    for number, line in enumerate(f, 1):
        line = line.rstrip("\r\n")
        if not line or line.startswith("#"):
            continue
        name, equals, _ = line.partition("=")
        if not name or not equals or set(name) & set(" \t"):
            sys.exit(f"{source}:{number}: not name=value")
        text = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        lines.append(f'\t"{text}\\n"')
with open(out, "w") as f:
    f.write(f"/* Generated from {source}. */\nstatic const char env_default[] =\n")
    f.write("\n".join(lines) or '\t""')
    f.write(";\n")
