#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot something under the plugin, and say what it found, by symbol and line. Exit 1 where it found anything.

    run.py --kernel K ... [--elf FILE ...] [--el1 | --el3] [--no-loft] [--cold] [-- QEMU ARGUMENT ...]

The machine is QEMU's virt with -cpu cortex-a57 and a GiB, at EL2; arguments of QEMU behind `--` come last, and so
replace these. It ends when the machine is powered off, or after --timeout seconds. Symbols of a flat kernel k.bin are
those of k.elf beside it; of a Linux Image its own (kallsyms). Several kernels are booted one after another.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

import report

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


SOURCES = [os.path.join(ROOT, 'test/silicon', name) for name in ('adversary.c', 'devices.c', 'adversary.h')]


def plugin(build):
    """Compile the plugin when it is older than its sources; its path."""
    out = os.path.join(build, 'test/silicon/plugin.so')
    if not os.path.exists(out) or os.path.getmtime(out) < max(map(os.path.getmtime, SOURCES)):
        os.makedirs(os.path.dirname(out), exist_ok=True)
        made = f'{out}.{os.getpid()}'
        subprocess.run([os.environ.get('HOSTCC', 'gcc'), '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC',
                        '-shared', '-fvisibility=hidden', '-o', made, *SOURCES[:2]], check=True)
        os.rename(made, out)
    return out


def arguments(so, found, cold=False, nomap=None, strict=True, incoherent=False, host=False):
    """What a QEMU 10 needs besides, for the findings to be in the file @found."""
    return ['-accel', 'tcg,thread=multi', '-plugin', f'{so},out={found}' + (',cold=on' if cold else '') +
            (f',nomap={nomap}' if nomap else '') + (',strict=on' if strict else '') + (',incoherent=on' if incoherent else '') +
            (',host=on' if host else '')]


def results(found, images):
    findings, _ = report.read(found)
    report.place(findings, images)
    return findings


def incoherent_tree(command, tmp):
    """QEMU's tree of the machine that @command makes, in which no device sees the caches."""
    plain, out = os.path.join(tmp, 'plain.dtb'), os.path.join(tmp, 'incoherent.dtb')
    at = command.index('-M') + 1
    subprocess.run(command[:at] + [f'{command[at]},dumpdtb={plain}'] + command[at + 1:], check=True, capture_output=True)
    text = subprocess.run(['dtc', '-I', 'dtb', '-O', 'dts', plain], check=True, capture_output=True, text=True).stdout
    subprocess.run(['dtc', '-I', 'dts', '-O', 'dtb', '-o', out], input=text.replace('dma-coherent;', ''), check=True,
                   text=True, capture_output=True)
    return out


def symbols(kernel):
    """Where the symbols of @kernel are."""
    beside = os.path.splitext(kernel)[0] + '.elf'
    return beside if os.path.exists(beside) else kernel


def boot(args, kernel):
    """What is found in a boot of @kernel."""
    options = ('' if args.el1 else ',virtualization=on') + (',secure=on' if args.el3 else '')
    command = [args.qemu, '-M', 'virt' + options, '-cpu', 'cortex-a57', '-m', '1G', '-nographic', '-no-reboot']
    command += ['-bios', kernel] if args.no_loft else ['-bios', os.path.join(args.build, 'loft.bin'), '-kernel', kernel]
    with tempfile.TemporaryDirectory() as tmp:
        if args.incoherent:
            command += ['-dtb', incoherent_tree(command[:7] + args.qemu_args, tmp)]
        found = os.path.join(tmp, 'found')
        under = arguments(plugin(args.build), found, args.cold or args.el3, args.nomap, args.strict, args.incoherent,
                          args.host)
        seconds = finish(command + under + args.qemu_args, args.timeout)
        if args.compare:
            without = finish(command + under[:2] + args.qemu_args, args.timeout)
            print(f'{seconds:.1f} s under the plugin, {without:.1f} s without: {seconds / without:.1f} times')
        images = args.elf or [symbols(kernel)]
        return results(found, images + ([] if args.no_loft else [os.path.join(args.build, 'loft.elf')]))


def finish(command, timeout):
    """Run QEMU to its end; seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.terminate()     # QEMU ends in order, the plugin with it
        process.wait(30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    build = os.path.join(ROOT, 'build')
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--build', default=build)
    p.add_argument('--qemu', default=os.path.join(build, 'qemu10/qemu-system-aarch64'))
    p.add_argument('--kernel', required=True, nargs='+', help='ELF file, Image, or with --no-loft anything that -bios takes')
    p.add_argument('--elf', action='append', default=[], help='where symbols are, if not in the kernel')
    p.add_argument('--el1', action='store_true')
    p.add_argument('--el3', action='store_true')
    p.add_argument('--no-loft', action='store_true', help='the kernel is the firmware, too')
    p.add_argument('--cold', action='store_true', help='caches are empty at the start; with --el3 always')
    p.add_argument('--host', action='store_true', help='a guest: its host has all memory mapped cacheable meanwhile')
    p.add_argument('--nomap', help='A:B, hexadecimal: memory that nobody may map cacheable')
    p.add_argument('--incoherent', action='store_true', help='fw_cfg, virtio, NVMe and AHCI see no caches; the kernel knows it')
    p.add_argument('--strict', action='store_true', help="Loft's own rules, too: doc/silicon.md")
    p.add_argument('--compare', action='store_true', help='boot it without the plugin as well: how much slower is it?')
    p.add_argument('--timeout', type=int, default=300)
    p.add_argument('qemu_args', nargs='*')
    args = p.parse_args()
    total = 0
    for kernel in args.kernel:
        if len(args.kernel) > 1:
            print(f'== {kernel}', flush=True)
        findings = boot(args, kernel)
        report.show(findings)
        print(f'{len(findings)} found', flush=True)
        total += len(findings)
    sys.exit(bool(total))


if __name__ == '__main__':
    main()
