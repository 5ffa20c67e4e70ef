#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot something under the plugin, and say what it found, by symbol and line. Exit 1 where it found anything.

    run.py --kernel K [--elf FILE ...] [--el1 | --el3] [--no-loft] [--cold] [QEMU ARGUMENT ...]

The machine is QEMU's virt with -cpu cortex-a57 and a GiB, at EL2; arguments of QEMU behind `--` come last, and so
replace these. It ends when the machine is powered off, or after --timeout seconds.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import report

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def plugin(build):
    """Compile the plugin when it is older than its source; its path."""
    source = os.path.join(ROOT, 'test/silicon/adversary.c')
    out = os.path.join(build, 'test/silicon/adversary.so')
    if not os.path.exists(out) or os.path.getmtime(out) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(out), exist_ok=True)
        made = f'{out}.{os.getpid()}'
        subprocess.run([os.environ.get('HOSTCC', 'gcc'), '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC',
                        '-shared', '-fvisibility=hidden', '-o', made, source], check=True)
        os.rename(made, out)
    return out


def arguments(so, found, cold=False, nomap=None, strict=True):
    """What a QEMU 10 needs besides, for the findings to be in the file @found."""
    return ['-accel', 'tcg,thread=multi', '-plugin', f'{so},out={found}' + (',cold=on' if cold else '') +
            (f',nomap={nomap}' if nomap else '') + (',strict=on' if strict else '')]


def results(found, images):
    findings, _ = report.read(found)
    report.place(findings, images)
    return findings


def main():
    build = os.path.join(ROOT, 'build')
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--build', default=build)
    p.add_argument('--qemu', default=os.path.join(build, 'qemu10/qemu-system-aarch64'))
    p.add_argument('--kernel', required=True, help='ELF file, Image, or with --no-loft anything that -bios takes')
    p.add_argument('--elf', action='append', default=[], help='where symbols are, if not in the kernel')
    p.add_argument('--el1', action='store_true')
    p.add_argument('--el3', action='store_true')
    p.add_argument('--no-loft', action='store_true', help='the kernel is the firmware, too')
    p.add_argument('--cold', action='store_true', help='caches are empty at the start; with --el3 always')
    p.add_argument('--nomap', help='A:B, hexadecimal: memory that nobody may map cacheable')
    p.add_argument('--strict', action='store_true', help="Loft's own rules, too: doc/silicon.md")
    p.add_argument('--timeout', type=int, default=300)
    p.add_argument('qemu_args', nargs='*')
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        found = os.path.join(tmp, 'found')
        options = ('' if args.el1 else ',virtualization=on') + (',secure=on' if args.el3 else '')
        command = [args.qemu, '-M', 'virt' + options, '-cpu', 'cortex-a57', '-m', '1G', '-nographic', '-no-reboot']
        command += ['-bios', args.kernel] if args.no_loft else \
            ['-bios', os.path.join(args.build, 'loft.bin'), '-kernel', args.kernel]
        command += arguments(plugin(args.build), found, args.cold or args.el3, args.nomap, strict=args.strict) + args.qemu_args
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            process.wait(args.timeout)
        except subprocess.TimeoutExpired:
            process.terminate()     # QEMU ends in order, the plugin with it
            process.wait(30)
        elf = [f for f in args.elf or [args.kernel] if open(f, 'rb').read(4) == b'\x7fELF']
        findings = results(found, elf + ([] if args.no_loft else [os.path.join(args.build, 'loft.elf')]))
    report.show(findings)
    print(f'{len(findings)} found')
    sys.exit(bool(findings))


if __name__ == '__main__':
    main()
