# SPDX-License-Identifier: BSD-2-Clause
"""Instructions per byte that comes out of packed kernels and of checked ones: Loft's and U-Boot's.

What is unpacked is the whole of Debian's kernel, since none is code alone. A boot is counted from the
last byte of the mark before its command to the kernel's entry. What U-Boot cannot do has no figure:
Debian's of 2023.01 has neither zstd, xz nor EFI zboot. Loft is the full image, which has zstd and xz.
"""

import os
import re
import struct
import subprocess

from memory import costs, line, mark
from payload import arm64_image
from qemu_count import CountError

GZ, LZ4, ZSTD, XZ, TO, ROOM = 0x50000000, 0x52000000, 0x54000000, 0x56000000, 0x60000000, 64 << 20
# A kernel that may lie anywhere is entered where Loft has moved it, or where the FIT has it.
FILE, RAM, LOAD = 0x50000000, 0x40000000, 0x44000000
FIT_SIZE, HASHED = 16 << 20, 4 << 20
LIMIT, TIMEOUT = 8_000_000_000, 300
FAILED = re.compile(r'Unknown command|not found|Failed|failed|rror|ERROR|Bad hash')
FIT = """/dts-v1/;
/ {{ description = "bench"; #address-cells = <1>;
    images {{ kernel {{ description = "kernel"; data = /incbin/("{data}"); type = "kernel"; arch = "arm64"; os = "linux";
                      compression = "none"; load = <{load:#x}>; entry = <{load:#x}>;
                      hash-1 {{ algo = "{hash}"; }}; }}; }};
    configurations {{ default = "c"; c {{ kernel = "kernel"; }}; }};
}};
"""

#           what, bar, command
UNPACKED = (('unzip, a kernel', 9.5, f'unzip {GZ:x} {TO:x}'),
            ('unlz4, a kernel', 4, f'unlz4 {LZ4:x} {TO:x} {ROOM:x}'),
            ('unzstd, a kernel', 20, f'unzstd {ZSTD:x} {TO:x}'),
            ('unxz, a kernel', 66, f'unxz {XZ:x} {TO:x}'))
# Without FEAT_SHA512: a round is 18.5 instructions where nothing is spilled, a word of the schedule 9: 16.7 a byte is the least.
#           what, bar, hash, CPU
SUMS = (('sha384', 18, 'sha384', 'cortex-a57'), ('sha512', 18, 'sha512', 'cortex-a57'),
        ('sha384, FEAT_SHA512', 4.5, 'sha384', 'max'), ('sha512, FEAT_SHA512', 4.5, 'sha512', 'max'))


def sh(command, cwd):
    done = subprocess.run(command, shell=True, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise CountError(f'{command}\n{done.stdout}')


def zboot(packed):
    """Linux's EFI zboot image: a header that says where in it the packed kernel lies."""
    head = bytearray(4096)
    head[0:2], head[4:8], head[24:28] = b'MZ', b'zimg', b'gzip'
    struct.pack_into('<II', head, 8, len(head), len(packed))
    return bytes(head) + packed


class Images:
    def __init__(self, bench):
        self.bench = bench
        self.tmp = os.path.join(bench.tmp, 'images')
        self.kernel = os.path.join(os.environ.get('LOFT_PAYLOADS', os.path.join(bench.args.build, 'payloads')), 'Image')
        os.makedirs(self.tmp)
        bench.counter.timeout = TIMEOUT

    def path(self, name):
        return os.path.join(self.tmp, name)

    def write(self, name, data):
        with open(self.path(name), 'wb') as f:
            f.write(data)

    def fit(self, name, data, hashed):
        self.write(name + '.its', FIT.format(data=data, load=LOAD, hash=hashed).encode())
        sh(f'mkimage -f {name}.its {name}', self.tmp)

    def run(self, uart, who, cpu, files, commands, **kw):
        if who == 'loft':
            args = self.bench.loft_args(bios=self.bench.args.full)
            kw['typed'] = '\r' + line(commands) + '\r'
        else:
            args = self.bench.uboot_args({'bootdelay': '0', 'bootcmd': line(commands)})
        args += ['-cpu', cpu]       # the last one counts
        for name, at in files.items():
            args += ['-device', f'loader,file={self.path(name)},addr={at:#x},force-raw=on']
        return self.bench.counter.run(args, uart=uart, limit=LIMIT, **kw)

    def commands(self, uart, who, cpu, files, commands):
        """What each of them cost, None of one that failed."""
        report = self.run(uart, who, cpu, files, commands)
        text = report.console.decode(errors='replace')
        found = []
        for i, cost in enumerate(costs(report, len(commands))):
            said = text[text.find(f'\n[{i}]\r\n'):text.find(f'\n[{i + 1}]\r\n')]
            found.append(None if FAILED.search(said) else cost)
        if who == 'loft' and None in found:
            raise CountError(text[:4000])
        return found

    def boot(self, uart, who, files, command):
        report = self.run(uart, who, 'cortex-a57', files, [command], stop=[RAM, LOAD])
        at = report.console.find(mark(0))
        if report.end != 'stop' or at < 0:
            raise CountError(f'{command}: no kernel:\n' + report.console[:4000].decode(errors='replace'))
        return report.total - report.uart[at + len(mark(0)) - 1]

    def both(self, count):
        """What @count gives for each of the two that are measured."""
        args = self.bench.args
        return (count('loft') if args.only != 'uboot' else None,
                count('uboot') if args.uboot and args.only != 'loft' else None)

    def row(self, what, bar, size, ours, theirs):
        ours, theirs = ours and ours / size, theirs and theirs / size
        return {'what': what, 'bar': bar, 'loft': ours, 'uboot': theirs, 'missed': ours is not None and ours > bar}

    def unpacked(self, uart):
        sh(f'gzip -9 -n -c {self.kernel} >gz; lz4 -q -9 {self.kernel} lz4; zstd -q -9 {self.kernel} -o zstd; '
           f'xz -q -6 -c {self.kernel} >xz', self.tmp)
        files, size = {'gz': GZ, 'lz4': LZ4, 'zstd': ZSTD, 'xz': XZ}, os.path.getsize(self.kernel)
        ours, theirs = self.both(lambda who: self.commands(uart, who, 'cortex-a57', files, [row[2] for row in UNPACKED]))
        return [self.row(what, bar, size, ours and ours[i], theirs and theirs[i])
                for i, (what, bar, _) in enumerate(UNPACKED)]

    def zboot(self, uart):
        """No U-Boot of 2023.01 starts one."""
        with open(self.path('gz'), 'rb') as f:
            self.write('zboot', zboot(f.read()))
        ours = self.boot(uart, 'loft', {'zboot': FILE}, f'booti {FILE:x}') if self.bench.args.only != 'uboot' else None
        return [self.row('EFI zboot to kernel', 10, os.path.getsize(self.kernel), ours, None)]

    def checked(self, uart):
        image = arm64_image(os.urandom(FIT_SIZE - 64), FIT_SIZE - 64)
        self.write('image', image)
        self.fit('fit', 'image', 'sha256')
        # U-Boot has no tree of its own to pass on.
        ours, theirs = self.both(lambda who: self.boot(uart, who, {'fit': FILE},
                                                       f'bootm {FILE:x}#c' + (f' - {RAM:x}' if who == 'uboot' else '')))
        return [self.row('FIT, sha256, to kernel', 1.8, FIT_SIZE, ours, theirs)]

    def sums(self, uart):
        self.write('data', os.urandom(HASHED))
        rows = []
        for what, bar, algo, cpu in SUMS:
            self.fit(algo, 'data', algo)
            ours, theirs = self.both(lambda who, cpu=cpu, algo=algo: self.commands(
                uart, who, cpu, {algo: FILE, 'data': TO},
                [f'hash {algo} {TO:x} {HASHED:x}' if who == 'loft' else f'iminfo {FILE:x}'])[0])
            rows.append(self.row(what, bar, HASHED, ours, theirs))
        return rows

    def rows(self, uart):
        if not os.path.exists(self.bench.args.full):
            return []
        rows = self.checked(uart) + self.sums(uart)
        if os.path.exists(self.kernel):
            rows = self.unpacked(uart) + self.zboot(uart) + rows
        return rows
