# SPDX-License-Identifier: BSD-2-Clause
"""Instructions per byte of the memory commands, Loft's and U-Boot's.

Both run one line, with a mark echoed between its commands; what a command costs is counted from the
last byte of the mark before it to the first of the mark after it, so its own output and the shell's
work are in it. U-Boot finds the line in its environment as bootcmd, Loft gets it typed. U-Boot in
Debian's build has no `hash`: its SHA-256 is timed as `iminfo` checks the hash of a FIT image.
"""

import hashlib
import os
import re
import subprocess
import zlib

from qemu_count import CountError

SIZE = 4 << 20
SHOWN = 16 << 10        # bytes for md to show
FROM, TO = 0x48000000, 0x49000000
LIMIT = 500_000_000
FIT = """/dts-v1/;
/ { description = "bench"; #address-cells = <1>;
    images { data { description = "data"; data = /incbin/("data"); type = "firmware"; arch = "arm64"; os = "u-boot";
                    compression = "none"; load = <0x50000000>; hash-1 { algo = "sha256"; }; }; };
    configurations { default = "c"; c { firmware = "data"; }; };
};
"""

#        what, bar, bytes, U-Boot's command, Loft's where it is another
ROWS = (('mw', 0.07, SIZE, f'mw.l {TO:x} 5a5a5a5a {SIZE // 4:x}', None),
        ('cp', 0.1, SIZE, f'cp.l {FROM:x} {TO:x} {SIZE // 4:x}', None),
        ('cmp', 0.3, SIZE, f'cmp.l {FROM:x} {TO:x} {SIZE // 4:x}', None),
        ('crc32', 0.25, SIZE, f'crc32 {FROM:x} {SIZE:x}', None),
        ('sha256', 1.6, SIZE, f'iminfo {FROM:x}', f'sha256sum {FROM:x} {SIZE:x}'),
        ('md', 60, SHOWN, f'md.l {FROM:x} {SHOWN // 4:x}', None))


def mark(i):
    return b'\n[%d]\r\n' % i


def line(commands):
    return ';'.join(f'echo [{i}];{c}' for i, c in enumerate(commands)) + f';echo [{len(commands)}];poweroff'


def costs(report, count):
    """Instructions between the marks."""
    at = [report.console.find(mark(i)) for i in range(count + 1)]
    if -1 in at or len(report.uart) <= at[-1] + len(mark(count)):
        raise CountError('a mark is missing:\n' + report.console[:2000].decode(errors='replace'))
    return [report.uart[at[i + 1] + 1] - report.uart[at[i] + len(mark(i)) - 1] for i in range(count)]


def twice(run, count):
    first, second = run(), run()
    if costs(first, count) != costs(second, count):
        raise CountError(f'two runs differ: {costs(first, count)} and {costs(second, count)}')
    return costs(first, count), first.console.decode(errors='replace')


def fit_image(tmp):
    """A file that U-Boot checks the SHA-256 of, and its bytes."""
    with open(os.path.join(tmp, 'data'), 'wb') as f:
        f.write(b''.join(hashlib.sha256(b'%d' % i).digest() for i in range(SIZE // 32)))
    its, itb = os.path.join(tmp, 'fit.its'), os.path.join(tmp, 'fit.itb')
    with open(its, 'w') as f:
        f.write(FIT)
    subprocess.run(['mkimage', '-f', its, itb], check=True, stdout=subprocess.DEVNULL, cwd=tmp)
    with open(itb, 'rb') as f:
        return itb, f.read()


def must_have(console, *texts):
    for text in texts:
        if not re.search(text, console):
            raise CountError(f'no {text!r}:\n{console[:2000]}')


class Memory:
    def __init__(self, bench):
        self.bench = bench
        self.fit, self.data = fit_image(bench.tmp)
        self.load = ['-device', f'loader,file={self.fit},addr={FROM:#x},force-raw=on']

    def check(self, console):
        must_have(console, f'==> {zlib.crc32(self.data[:SIZE]):08x}', f'Total of {SIZE // 4} word',
                  f'{FROM + SHOWN - 16:x}: ')

    def loft(self, uart):
        # The first key only stops autoboot.
        typed = '\r' + line([own or command for *_, command, own in ROWS]) + '\r'
        args = self.bench.loft_args() + self.load

        def run():
            return self.bench.counter.run(args, uart=uart, limit=LIMIT, typed=typed)
        cost, console = twice(run, len(ROWS))
        self.check(console)
        must_have(console, f'==> {hashlib.sha256(self.data[:SIZE]).hexdigest()}')
        return cost

    def uboot(self, uart):
        args = self.bench.uboot_args({'bootdelay': '0', 'bootcmd': line([row[3] for row in ROWS])}) + self.load

        def run():
            return self.bench.counter.run(args, uart=uart, limit=LIMIT)
        cost, console = twice(run, len(ROWS))
        self.check(console)
        must_have(console, r'sha256\+')
        return cost

    def rows(self, uart):
        args = self.bench.args
        loft = self.loft(uart) if args.only != 'uboot' else [None] * len(ROWS)
        uboot = self.uboot(uart) if args.uboot and args.only != 'loft' else [None] * len(ROWS)
        rows = []
        for (what, bar, size, *_), ours, theirs in zip(ROWS, loft, uboot):
            row = {'what': what, 'bar': bar, 'loft': ours and ours / size, 'uboot': theirs and theirs / size}
            row['missed'] = ours is not None and row['loft'] > bar
            rows.append(row)
        return rows
