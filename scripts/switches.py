#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""switches.py OUT [OPTION...]: every option switched alone, and everything off; each image boots.

--some N: N of them, chosen by the commit, so that a run repeats and the next commit tries others.
--keys: of an image with keys (doc/signed.md), which boots a kernel that they have signed and refuses it bare.

What each costs is the difference in the size of the image. An option that is off by default is
switched on, and of a choice every other member is taken. The images are built in OUT/switches/,
one after the other in few directories, where what does not mention an option stays (kconfig.py).
OUT has the example kernel.
"""
import argparse
import concurrent.futures
import os
import queue
import shutil
import subprocess
import sys

import kconfiglib

from chosen import chosen, seed

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "test/qemu"))
from console import Ended, Hung, Machine    # noqa: E402

DEFCONFIG = "configs/qemu_virt_defconfig"
EVERYTHING = "everything off"
ITS = """/dts-v1/;
/ { description = "signed"; #address-cells = <1>;
    images { kernel { description = "k"; data = /incbin/("kernel"); type = "kernel_noload"; arch = "arm64"; os = "linux";
                      compression = "none"; load = <0>; entry = <0>; hash-1 { algo = "sha256"; }; }; };
    configurations { default = "c"; c { kernel = "kernel"; signature-1 {
        algo = "sha256,rsa2048"; key-name-hint = "dev"; sign-images = "kernel"; }; }; };
};
"""
# Without one of these `-kernel` ends at the prompt.
BRINGS_THE_KERNEL = {"CMD_AUTOBOOT", "FW_CFG"}
# Each is there or is unknown, and none faults.
COMMANDS = ("help", "version", "printenv", "bdinfo", "memmap", "mmu", "md 40200000 10", "echo hello",
            "no-such-command")
QEMU = [os.environ.get("QEMU", "qemu-system-aarch64"), "-M", "virt", "-cpu", "cortex-a57", "-m", "256M",
        "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"]


class Failed(Exception):
    pass


def fresh(control=None):
    kconf = kconfiglib.Kconfig("Kconfig", warn=False)
    kconf.load_config(DEFCONFIG)
    if control:
        kconf.syms["CONTROL_FDT"].set_value(control)
    return kconf


def make_keys(out, kernel):
    """(a control FDT, @kernel in a FIT that its key has signed), in OUT/switches/keys"""
    folder = os.path.abspath(f"{out}/switches/keys")
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/its", "w", encoding="ascii") as its:
        its.write(ITS)
    shutil.copy(kernel, f"{folder}/kernel")
    steps = ["mkimage -f its -k . fit"]
    if not os.path.exists(f"{folder}/control.dtb"):
        steps = ["openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dev.key",
                 "openssl req -batch -new -x509 -key dev.key -out dev.crt",
                 "echo '/dts-v1/; / { };' | dtc -q -p 4096 -O dtb -o made.dtb",
                 "mkimage -f its -k . -K made.dtb -r fit", "mv made.dtb control.dtb"]
    for step in steps:
        subprocess.run(step, shell=True, cwd=folder, check=True, capture_output=True)
    return f"{folder}/control.dtb", f"{folder}/fit"


def switchable(kconf):
    """The bool symbols that somebody can change in menuconfig; the board is another matter."""
    for sym in kconf.unique_defined_syms:
        prompts = [n for n in sym.nodes if n.prompt]
        in_board = sym.choice and sym.choice.name == "BOARD"
        if sym.type == kconfiglib.BOOL and prompts and not in_board:
            if len(sym.assignable) > 1 or (sym.choice and sym.choice.visibility):
                yield sym


def plan(control):
    """[name] of what is tried."""
    names = []
    for sym in switchable(fresh(control)):
        if not (sym.choice and sym.choice.selection is sym):
            names.append(sym.name)
    return names


def configure(name, control):
    """(the configuration, the symbols that became n)"""
    kconf = fresh(control)
    was = {s.name for s in kconf.unique_defined_syms if s.str_value == "y"}
    if name == EVERYTHING:
        for sym in switchable(kconf):
            if not sym.choice:
                sym.set_value(0)
    elif name:
        sym = kconf.syms[name]
        sym.set_value(2 - sym.tri_value)
        if sym.name in was and sym.tri_value:
            raise Failed(f"another option selects it: {name} stays y")
    return kconf, was - {s.name for s in kconf.unique_defined_syms if s.str_value == "y"}


def build(kconf, out):
    os.makedirs(out, exist_ok=True)
    kconf.write_config(f"{out}/.config", save_old=False)
    made = subprocess.run(["make", f"O={out}", "image"], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Failed(f"does not build\n{made.stdout[-1000:]}{made.stderr[-3000:]}")
    return os.path.getsize(f"{out}/loft.bin")


def boot(image, kernel, kconf, off, fit):
    """The prompt, where commands answer; and the kernel, or the prompt where nothing brings one."""
    on = {name for name in ("SIGNED", "LOCKED") if kconf.syms[name].str_value == "y"}
    brings = not off & BRINGS_THE_KERNEL
    good = r"^highhalf: \d+ ok, 0 FAIL" if brings else None
    runs = [([], None), (["-kernel", fit if "SIGNED" in on else kernel], good)]
    if "SIGNED" in on and brings:
        runs.append((["-kernel", kernel], "is not signed: "))
    if "LOCKED" in on:      # never a prompt
        runs = [run for run in runs if run[1]]
    for arguments, wanted in runs:
        m = Machine(QEMU + ["-bios", image] + arguments)
        try:
            if wanted:
                m.wait(wanted)
                continue
            m.prompt()
            said = [m.run(command) for command in COMMANDS]
            if "Unknown command" not in said[-1]:
                raise Failed(f"{COMMANDS[-1]} is not unknown: {said[-1]!r}")
        except (Ended, Hung) as e:
            raise Failed(str(e)) from e
        finally:
            m.kill()
        if "fault:" in m.text:
            raise Failed(f"a command faults\n{m.text}")


def some_of(names, count):
    """As --some says; everything off is always among them, and the seed is printed."""
    at = seed()
    print(f"{count} of {len(names)} options, by seed {at}; all: make switches", flush=True)
    return chosen(names, count, at) + [EVERYTHING]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("names", nargs="*", metavar="OPTION")
    parser.add_argument("--some", type=int, metavar="N")
    parser.add_argument("--keys", action="store_true")
    args = parser.parse_args()
    out, names = args.out, args.names
    kernel = f"{out}/examples/highhalf/highhalf.elf"
    control, fit = make_keys(out, kernel) if args.keys else (None, None)
    workers = os.cpu_count() or 1
    places = queue.Queue()
    for i in range(workers):
        subprocess.run(["scripts/seed.py", out, f"{out}/switches/{i}"], check=True)
        places.put(f"{out}/switches/{i}")

    def attempt(name):
        place = places.get()
        try:
            kconf, off = configure(name, control)
            size = build(kconf, place)
            boot(f"{place}/loft.bin", kernel, kconf, off, fit)
            return size, sorted(off - {name}), None
        except Failed as e:
            return None, [], str(e)
        finally:
            places.put(place)

    passed = failed = 0
    names = names or plan(control) + [EVERYTHING]
    tried = some_of(names[:-1], args.some) if args.some else names
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        whole, _, problem = attempt(None)
        print(f"the image as it is: {whole} bytes {problem or ''}", flush=True)
        for name, (size, others, problem) in zip(tried, pool.map(attempt, tried)):
            if problem:
                failed += 1
                print(f"FAIL {name}: {problem}", flush=True)
            else:
                passed += 1
                with_it = f", and with it {' '.join(others)}" if others and name != EVERYTHING else ""
                print(f"ok   {name}: {size - (whole or 0):+} bytes{with_it}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
