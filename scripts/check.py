#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check.py OUT: everything `make check` promises, one after the other, whatever fails.

The last line is `N passed, N failed`: each host test, each fuzzer, each QEMU test and each of the
other checks counts as one. Logs are in OUT/check/.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

JOBS = f"-j{os.cpu_count()}"
TIMEOUT_S = 4800
# Of what has many cases a run takes some, others at each commit (scripts/chosen.py); ALL=1: every one. Options
# tried alone; cases of each QEMU test; of each host test those by gcc and by clang.
EVERYTHING = bool(os.environ.get("ALL"))
SWITCHES, CASES, COMPILERS = ("", "", "") if EVERYTHING else (10, 2, 1)


def steps(out):
    """(name, command, how its tests are counted)"""
    gcc, clang = f"O={out}/gcc", f"O={out}/clang"
    junit = os.path.abspath(f"{out}/check/qemu.xml")
    yield "build with gcc", ["make", JOBS, gcc], count_one
    yield "build with clang", ["make", JOBS, clang, "LLVM=1"], count_one
    for board in sorted(f.name.removesuffix("_defconfig") for f in pathlib.Path("configs").glob("*_defconfig")):
        at = f"{out}/gcc/boards/{board}"
        yield (f"board {board}",
               ["sh", "-c", f"scripts/seed.py {out}/gcc {at} && make {JOBS} O={at} {board}_defconfig size"],
               count_one)
    yield "host tests", ["make", JOBS, f"O={out}", "host-test", f"SOME={COMPILERS}"], count_line
    yield "fuzzers", ["make", JOBS, f"O={out}", "fuzz-test"], count_line
    for check in ("layers", "format", "docs", "headers", "symbols", "stack"):
        yield check, ["make", gcc, f"check-{check}"], count_one
    yield "stack of the full image", ["make", f"{gcc}/boards/qemu_virt_full", "check-stack"], count_one
    yield "size", ["make", gcc, "size"], count_one
    yield "switches", ["make", gcc, "switches", f"SOME={SWITCHES}"], count_line
    yield ("QEMU tests", ["make", gcc, "qemu-test", f"SOME={CASES}", f"PYTEST_ARGS=--junitxml={junit}"],
           lambda rc, text: count_junit(junit, rc))
    junit10 = junit.replace("qemu.xml", "qemu10.xml")
    yield ("QEMU 10 tests", ["make", gcc, "qemu10-test", f"PYTEST_ARGS=--junitxml={junit10}"],
           lambda rc, text: count_junit(junit10, rc))


def count_one(rc, text):
    return (1, 0) if rc == 0 else (0, 1)


def count_line(rc, text):
    """The closing line of run-host-tests.py."""
    found = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)
    if not found:
        return 0, 1
    passed, failed = map(int, found[-1])
    return passed, failed if rc == 0 or failed else 1


def count_junit(path, rc):
    """Skipped tests count as neither; the list of them is in the log."""
    try:
        suites = ElementTree.parse(path).getroot().iter("testsuite")
    except (FileNotFoundError, ElementTree.ParseError):
        return 0, 1
    tests = bad = skipped = 0
    for suite in suites:
        tests += int(suite.get("tests"))
        bad += int(suite.get("failures")) + int(suite.get("errors"))
        skipped += int(suite.get("skipped"))
    return max(tests - bad - skipped, 0), bad if bad or rc == 0 else 1


def run(command, log, env):
    try:
        with open(log, "w") as f:
            rc = subprocess.run(command, stdout=f, stderr=subprocess.STDOUT, timeout=TIMEOUT_S,
                                check=False, env=env).returncode
    except subprocess.TimeoutExpired:
        rc = 1
    with open(log, errors="replace") as f:
        return rc, f.read()


def main():
    out = sys.argv[1]
    shutil.rmtree(f"{out}/check", ignore_errors=True)
    os.makedirs(f"{out}/check")
    # The sub-makes are their own masters: no flags and no jobserver of the make that runs this.
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O")}
    total_passed = total_failed = 0
    for name, command, count in steps(out):
        log = f"{out}/check/{name.replace(' ', '-')}.log"
        start = time.monotonic()
        rc, text = run(command, log, env)
        passed, failed = count(rc, text)
        total_passed += passed
        total_failed += failed
        print(f"{'FAIL' if failed else 'ok  '} {name}: {passed} passed, {failed} failed "
              f"({time.monotonic() - start:.0f} s)", flush=True)
        if failed:
            print("\n".join(text.splitlines()[-60:]) + f"\n(all of it: {log})", flush=True)
    print(f"{total_passed} passed, {total_failed} failed")
    sys.exit(total_failed != 0)


main()
