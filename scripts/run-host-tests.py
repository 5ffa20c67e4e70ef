#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run host tests and count.

run-host-tests.py cmocka PROGRAM...       every cmocka test counts as one
run-host-tests.py fuzz RUNS PROGRAM...    every fuzzer counts as one; the seed is fixed
"""
import concurrent.futures
import os
import re
import subprocess
import sys

TIMEOUT_S = 300


def run(command, **env):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=TIMEOUT_S, check=False,
                              env={**os.environ, **env})
        return done.returncode, done.stdout
    except FileNotFoundError:
        return 1, "does not build"
    except subprocess.TimeoutExpired as e:
        return 1, f"{e.output}\nno end after {TIMEOUT_S} s"


def cmocka(program):
    """A program that dies in the middle counts as one failure more than it reported; a skipped test as none."""
    rc, output = run([program], CMOCKA_MESSAGE_OUTPUT="TAP")
    passed = len(re.findall(r"^ok ", output, re.M))
    failed = len(re.findall(r"^not ok (?!.*# SKIP)", output, re.M))
    if rc != 0 and failed == 0 or passed + failed == 0:
        failed += 1
    return passed, failed, output


def fuzz(program, runs):
    command = [program, f"-runs={runs}", "-seed=1", "-max_len=8192", "-timeout=10"]
    crash_dir = program + ".crash/"
    os.makedirs(crash_dir, exist_ok=True)
    command.append(f"-artifact_prefix={crash_dir}")
    # test/fuzz/x_fuzz.c may have well-formed inputs to start from in test/fuzz/x_corpus/.
    corpus = f"test/fuzz/{os.path.basename(program).removesuffix('_fuzz')}_corpus"
    if os.path.isdir(corpus):
        scratch = program + ".corpus"
        os.makedirs(scratch, exist_ok=True)
        command += [scratch, corpus]
    rc, output = run(command)
    return rc == 0, rc != 0, output[-4000:]


def main():
    kind, *programs = sys.argv[1:]
    runs = programs.pop(0) if kind == "fuzz" else None
    total_passed = total_failed = 0
    # A thread for each CPU: they wait for the programs.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda program: fuzz(program, runs) if runs else cmocka(program), programs))
    for program, (passed, failed, output) in zip(programs, results):
        total_passed += passed
        total_failed += failed
        if failed:
            print(f"FAIL {program}\n{output}")
    print(f"{total_passed} passed, {total_failed} failed")
    sys.exit(total_failed != 0)


main()
