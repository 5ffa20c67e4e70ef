#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""chosen.py N A,B,C...: of the names in each word so many, by seed.

Where all would take too long, a run has some: the same for who asks twice, others at the next commit.
"""
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def seed():
    """The commit, short; where there is none, as in an unpacked archive, always the same."""
    return subprocess.run(["git", "-c", "safe.directory=*", "rev-parse", "--short", "HEAD"], cwd=ROOT,
                          capture_output=True, text=True, check=False).stdout.strip() or "none"


def chosen(of, count, at):
    """@count of @of; @at is the commit and what they belong to: each has a choice of its own"""
    return random.Random(at).sample(of, min(count, len(of)))


def main():
    count, at = int(sys.argv[1]), seed()
    for word in sys.argv[2:]:
        print(*chosen(word.split(","), count, at + word))


if __name__ == "__main__":
    main()
