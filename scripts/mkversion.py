#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkversion.py OUT.h CC LD: the commit and its date, and the versions of compiler and linker.

The same commit and tools give the same bytes, always: in an archive of the commit, too, where git
has put them into scripts/version.txt. A repository around the sources is not theirs.
"""
import os
import shlex
import subprocess
import sys


def git(*args):
    # A clone may belong to another user than the one who builds it.
    command = ["git", "-c", "safe.directory=*", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def tool(command):
    """The first line of what the tool says of itself, fit for a C string."""
    done = subprocess.run([*shlex.split(command), "--version"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0].replace("\\", "").replace('"', "")


def commit():
    """(version, date)"""
    if os.path.realpath(git("rev-parse", "--show-toplevel") or "/") == os.getcwd():
        return git("describe", "--always", "--dirty") or "unknown", git("log", "-1", "--format=%cs") or "unknown"
    try:
        with open("scripts/version.txt", encoding="utf-8") as f:
            short, date, *described = f.read().split()
    except (FileNotFoundError, ValueError):
        return "unknown", "unknown"
    if short.startswith("$"):       # a copy of the files, not an archive
        return "unknown", "unknown"
    return described[0] if described else short, date


version, date = commit()
text = (f'#define LOFT_VERSION "{version}"\n'
        f'#define LOFT_DATE "{date}"\n'
        f'#define LOFT_CC "{tool(sys.argv[2])}"\n'
        f'#define LOFT_LD "{tool(sys.argv[3])}"\n')
try:
    with open(sys.argv[1]) as f:
        old = f.read()
except FileNotFoundError:
    old = ""
if text != old:
    with open(sys.argv[1], "w") as f:
        f.write(text)
