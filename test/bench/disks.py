# SPDX-License-Identifier: BSD-2-Clause
"""Instructions per byte, and per name of a folder, of what is read from disks: Loft's and U-Boot's.

Both run one line, as memory.py has it, on one disk. Whoever polls for the disk's answer finds it at
once (insncount's virtio=), so each figure repeats. A command that one of them does not have, or that
ends with an error, has no figure.
"""

import os
import re
import struct
import subprocess

from memory import costs, line
from qemu_count import CountError

VIRTIO = 0x0a000000
PCI = 0x10000000, 0x2eff0000        # virt's window for the registers of its functions
TO = 0x48000000
BIG = 16 << 20
RAW = 32 << 20
CLUSTER = 4096
FRAGMENTS = 1000
FRAGMENTED = FRAGMENTS * CLUSTER
NAMES = 10_000
LIMIT = 3_000_000_000
SQUASHED = 1    # the kernel: divided by its size

# A line of ls is 24 bytes on the console, which take 2 instructions each: none can cost less than 48.
#        what, bar, divided by, command; per disk
ROWS = {
    # the disk is looked for, its table read, a name found
    'fat': (('first use of a disk', 100_000, 1, 'virtio scan; size virtio 0 big'),
            ('disk to memory', 0.001, RAW, f'virtio read {TO:x} 0 {RAW // 512:x}'),
            ('load from FAT', 0.01, BIG, f'load virtio 0 {TO:x} big'),
            ('1,000 fragments, FAT', 0.2, FRAGMENTED, f'load virtio 0 {TO:x} frag'),
            ('ls, FAT, a name', 410, NAMES, 'ls virtio 0 many')),
    'ext4': (('first use of a disk, ext4', 100_000, 1, 'virtio scan; size virtio 0 big'),
             ('load from ext4', 0.02, BIG, f'load virtio 0 {TO:x} big'),
             ('1,000 fragments, ext4', 0.2, FRAGMENTED, f'load virtio 0 {TO:x} frag'),
             ('ls, ext4, a name', 800, NAMES, 'ls virtio 0 many')),
    'nvme': (('NVMe to memory', 0.001, RAW, f'nvme read {TO:x} 0 {RAW // 512:x}'),
             ('load from FAT by NVMe', 0.01, BIG, f'load nvme 0 {TO:x} big')),
    'ahci': (('AHCI to memory', 0.001, RAW, f'scsi read {TO:x} 0 {RAW // 512:x}'),
             ('load from FAT by AHCI', 0.01, BIG, f'load scsi 0 {TO:x} big')),
    'sdhci': (('SDHCI to memory', 0.001, RAW, f'mmc read {TO:x} 0 {RAW // 512:x}'),
              ('load from FAT by SDHCI', 0.01, BIG, f'load mmc 0 {TO:x} big')),
    'erofs': (('erofs by lz4', 3.5, SQUASHED, f'erofsload virtio 0 {TO:x} code'),),
    'squashfs': (('squashfs by gzip', 9.5, SQUASHED, f'sqfsload virtio 0 {TO:x} code'),),
}
# How each is attached, what finds it, and which file has it: the others' own.
DEVICES = {'nvme': ('nvme,serial=1,drive=d', 'nvme scan', 'fat'),
           'ahci': ('ich9-ahci,id=a -device ide-hd,bus=a.0,drive=d', 'scsi scan', 'fat'),
           'sdhci': ('sdhci-pci -device sd-card,drive=d', 'mmc dev 0', 'fat')}
VIRTIO_DISK = 'virtio-blk-device,drive=d', 'virtio scan', None
FULL = 'squashfs', 'erofs'
FAILED = re.compile(r'Unknown command|Bad device|No MMC|not found|Failed|failed|rror')


def sh(command, cwd):
    done = subprocess.run('PATH=$PATH:/usr/sbin; ' + command, shell=True, cwd=cwd, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise CountError(f'{command}\n{done.stdout}')
    return done.stdout


def numbered(size):
    """Bytes that tell where they stand."""
    return b''.join(struct.pack('<Q', i) for i in range(size // 8))


class Disks:
    def __init__(self, bench):
        self.bench = bench
        self.tmp = os.path.join(bench.tmp, 'disks')
        self.sizes = {}
        os.makedirs(os.path.join(self.tmp, 'many'))
        for i in range(NAMES):
            with open(os.path.join(self.tmp, f'many/f{i:05}.txt'), 'wb'):
                pass
        self.write('big', numbered(BIG))
        self.write('frag', numbered(2 * FRAGMENTED))

    def write(self, name, data):
        with open(os.path.join(self.tmp, name), 'wb') as f:
            f.write(data)

    def fat(self):
        """FAT16 whose first file has every second cluster of what it got."""
        sh(f'truncate -s 128M fat.img; mkfs.fat -F 16 -s {CLUSTER // 512} fat.img; '
           'mcopy -i fat.img frag ::; mcopy -i fat.img -s big many ::', self.tmp)
        with open(os.path.join(self.tmp, 'fat.img'), 'r+b') as f:
            boot = f.read(512)
            reserved, copies, entries, size = (*struct.unpack_from('<HBH', boot, 14), struct.unpack_from('<H', boot, 22)[0])
            chain = [2 + 2 * i for i in range(FRAGMENTS)]
            for n in range(copies):
                f.seek((reserved + n * size) * 512 + 4)
                f.write(b''.join(struct.pack('<HH', after, 0) for after in chain[1:] + [0xffff]))
            root = (reserved + copies * size) * 512
            f.seek(root)
            at = next(i for i in range(0, entries * 32, 32) if f.read(32).startswith(b'FRAG '))
            f.seek(root + at + 28)
            f.write(struct.pack('<I', FRAGMENTED))

    def ext4(self):
        """ext4 whose file took what every second of small files left."""
        os.makedirs(os.path.join(self.tmp, 'ext4/gaps'))
        for i in range(2 * FRAGMENTS):
            self.write(f'ext4/gaps/{i:04}', b'gap')
        sh('mv many big ext4/; truncate -s 128M ext4.img; mke2fs -q -t ext4 -b 4096 -N 16384 -d ext4 ext4.img; '
           'mv ext4/many ext4/big .', self.tmp)
        self.write('frag', numbered(FRAGMENTED))
        self.write('do', ''.join(f'rm gaps/{i:04}\n' for i in range(0, 2 * FRAGMENTS, 2)).encode() + b'write frag frag\n')
        sh('debugfs -w -f do ext4.img', self.tmp)
        extents = len(re.findall(r'\d+ -', sh("debugfs -R 'dump_extents -l frag' ext4.img", self.tmp)))
        if extents < FRAGMENTS - 50:
            raise CountError(f'the file of ext4 lies in {extents} pieces')

    def code(self):
        """Debian's kernel, whole: none of its parts is like another."""
        kernel = os.path.join(os.environ.get('LOFT_PAYLOADS', os.path.join(self.bench.args.build, 'payloads')), 'Image')
        sh(f'cp {kernel} code', self.tmp)
        self.sizes['erofs'] = self.sizes['squashfs'] = os.path.getsize(kernel)

    def squashfs(self):
        self.code()
        sh('mksquashfs code squashfs.img -noappend -quiet -no-progress -comp gzip; truncate -s %1M squashfs.img', self.tmp)

    def erofs(self):
        self.code()
        sh('mkdir -p ero; cp code ero; mkfs.erofs --quiet -zlz4 erofs.img ero', self.tmp)

    def attach(self, kind, other=None):
        device, _, own = DEVICES.get(kind, VIRTIO_DISK)
        return ['-nic', 'none', '-drive', f'if=none,id=d,format=raw,file={self.tmp}/{other or own or kind}.img,snapshot=on',
                '-device', *device.split()]

    def run(self, args, kind, **kw):
        kw |= {'hold': PCI} if kind in DEVICES else {'virtio': VIRTIO}
        return self.bench.counter.run(args + self.attach(kind), uart=0x09000000, limit=LIMIT, **kw)

    def line(self, kind, rows):
        return line([DEVICES.get(kind, VIRTIO_DISK)[1]] + [command for *_, command in rows])

    def figures(self, report, rows):
        """Of the commands behind the first, which only finds the disk."""
        text = report.console.decode(errors='replace')
        found = []
        for i, (cost, (*_, by, _)) in enumerate(zip(costs(report, len(rows) + 1)[1:], rows), 1):
            said = text[text.find(f'\n[{i}]\r\n'):text.find(f'\n[{i + 1}]\r\n')]
            found.append(None if FAILED.search(said) else cost / by)
        return found

    def loft(self, kind, rows):
        typed = '\r' + self.line(kind, rows) + '\r'
        image = {'bios': self.bench.args.full} if kind in FULL else {}
        report = self.run(self.bench.loft_args(**image), kind, typed=typed)
        found = self.figures(report, rows)
        if None in found:
            raise CountError(report.console[:4000].decode(errors='replace'))
        return found

    def uboot(self, kind, rows):
        variables = {'bootdelay': '0', 'bootcmd': self.line(kind, rows)}
        return self.figures(self.run(self.bench.uboot_args(variables), kind), rows)

    def rows(self):
        args, made = self.bench.args, []
        for kind, rows in ROWS.items():
            if kind in FULL and not os.path.exists(args.full):
                continue
            if kind not in DEVICES:
                getattr(self, kind)()
            none = [None] * len(rows)
            loft = self.loft(kind, rows) if args.only != 'uboot' else none
            uboot = self.uboot(kind, rows) if args.uboot and args.only != 'loft' else none
            loft, uboot = ([n and n / self.sizes.get(kind, 1) for n in figures] for figures in (loft, uboot))
            for (what, bar, *_), ours, theirs in zip(rows, loft, uboot):
                made.append({'what': what, 'bar': bar, 'loft': ours, 'uboot': theirs,
                             'missed': ours is not None and ours > bar})
        return made
