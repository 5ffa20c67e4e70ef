# SPDX-License-Identifier: BSD-2-Clause
"""How long a file of 64 MiB takes from a disk to memory: Loft's and U-Boot's milliseconds, by their own word.

Both machines stand beside each other and load in turns, so that what else the host does falls on both; of each the
least time counts. The host's clock tells them apart no better than by half, so only what is slower by that is missed.
"""

import re
import subprocess
import sys

import pexpect

from disks import DEVICES, TO, VIRTIO_DISK

SIZE = 64 << 20
TURNS = 9
MISSED = 1.5
KINDS = {'virtio': 'virtio', 'nvme': 'nvme', 'ahci': 'scsi'}
READ = re.compile(r'(\d+) bytes read in (\d+) ms')


class Machine:
    def __init__(self, qemu, args, prompt, scan):
        self.prompt = prompt
        self.child = pexpect.spawn(qemu, ['-nodefaults', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'] + args,
                                   timeout=60, encoding='utf-8', codec_errors='replace')
        self.child.send('\r')
        self.child.expect_exact(prompt)
        self.run(scan)

    def run(self, command):
        """What the command says: to a mark that is not in the line as it is typed, and the prompt."""
        self.child.send(command + ';echo en""d\r')
        self.child.expect(r'end\r+\n')
        said = self.child.before
        self.child.expect_exact(self.prompt)
        return said

    def load(self, kind):
        said = self.run(f'load {kind} 0 {TO:x} wall')
        if not (m := READ.search(said)) or int(m[1]) != SIZE:
            raise ValueError(said)
        return int(m[2])

    def close(self):
        self.child.close(force=True)


class Wall:
    def __init__(self, bench, disks):
        self.bench, self.disks = bench, disks

    def image(self):
        self.disks.write('wall', bytes(range(256)) * (SIZE // 256))
        subprocess.run('PATH=$PATH:/usr/sbin; truncate -s 80M wall.img; mkfs.fat -F 16 -s 8 wall.img; mcopy -i wall.img wall ::; rm wall',
                       shell=True, cwd=self.disks.tmp, check=True, stdout=subprocess.DEVNULL)

    def rows(self):
        args, made = self.bench.args, []
        if args.only or not args.uboot:
            return made
        self.image()
        for device, kind in KINDS.items():
            how, scan, _ = DEVICES.get(device, VIRTIO_DISK)
            disk = self.disks.attach(device, 'wall')
            loft = Machine(args.qemu, self.bench.loft_args() + disk, 'loft=> ', scan)
            uboot = Machine(args.qemu, self.bench.uboot_args({'bootdelay': '-1'}) + disk, '=> ', scan)
            try:
                turns = [(loft.load(kind), uboot.load(kind)) for _ in range(TURNS)]
            except (ValueError, pexpect.ExceptionPexpect) as e:
                print(f'64 MiB by {device}: not timed ({str(e)[:200]})', file=sys.stderr)
                continue
            finally:
                loft.close()
                uboot.close()
            ours, theirs = (min(t) for t in zip(*turns))
            made.append({'what': f'64 MiB of a FAT by {device}', 'loft': ours, 'uboot': theirs,
                         'missed': ours > MISSED * theirs})
        return made
