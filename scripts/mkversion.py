#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkversion.py OUT.h: the commit and its date. The same commit gives the same bytes, always."""
import subprocess
import sys


def git(*args):
    # A clone may belong to another user than the one who builds it.
    command = ["git", "-c", "safe.directory=*", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


version = git("describe", "--always", "--dirty") or "unknown"
date = git("log", "-1", "--format=%cs") or "unknown"
text = (f'#define LOFT_VERSION "{version}"\n'
        f'#define LOFT_DATE "{date}"\n')
try:
    with open(sys.argv[1]) as f:
        old = f.read()
except FileNotFoundError:
    old = ""
if text != old:
    with open(sys.argv[1], "w") as f:
        f.write(text)
