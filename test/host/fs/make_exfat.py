#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""make_exfat.py TREE IMAGE [CLUSTER]: put a folder on an exFAT volume that mkfs.exfat made, for nobody else does
without mounting it. Every second file and folder lies without a chain, the others have one; every fourth file has
every second cluster only. `fsck.exfat -n IMAGE` says whether it is one."""

import os
import struct
import subprocess
import sys


class Volume:
    def __init__(self, path):
        self.file = open(path, 'r+b')
        boot = self.read(0, 512)
        table, _, heap, self.clusters, self.root = struct.unpack_from('<5I', boot, 80)
        sector = 1 << boot[108]
        self.table, self.heap, self.cluster = table * sector, heap * sector, sector << boot[109]
        self.entries = self.read(self.at(self.root), self.cluster)
        self.entries = self.entries[:next(i for i in range(0, self.cluster, 32) if not self.entries[i])]
        bitmap = next(e for e in (self.entries[i:i + 32] for i in range(0, len(self.entries), 32)) if e[0] == 0x81)
        self.bitmap_at, size = self.at(struct.unpack_from('<I', bitmap, 20)[0]), struct.unpack_from('<Q', bitmap, 24)[0]
        self.bitmap = bytearray(self.read(self.bitmap_at, size))
        self.free = 2 + max(i for i in range(self.clusters) if self.bitmap[i // 8] >> i % 8 & 1) + 1
        self.count = 0

    def read(self, at, size):
        self.file.seek(at)
        return self.file.read(size)

    def write(self, at, data):
        self.file.seek(at)
        self.file.write(data)

    def at(self, cluster):
        return self.heap + (cluster - 2) * self.cluster

    def take(self, count, step):
        clusters = [self.free + step * i for i in range(count)]
        self.free += step * count
        for c in clusters:
            self.bitmap[(c - 2) // 8] |= 1 << (c - 2) % 8
        return clusters

    def chain(self, clusters):
        for c, after in zip(clusters, clusters[1:] + [0xffffffff]):
            self.write(self.table + 4 * c, struct.pack('<I', after))

    def store(self, data):
        """First cluster, and whether there is no chain."""
        self.count += 1
        count = -(-len(data) // self.cluster)
        if not count:
            return 0, False
        clusters = self.take(count, 2 if self.count % 4 == 1 else 1)
        for i, c in enumerate(clusters):
            self.write(self.at(c), data[i * self.cluster:(i + 1) * self.cluster])
        if self.count % 2 == 0:
            return clusters[0], True
        self.chain(clusters)
        return clusters[0], False

    def entry(self, name, data, folder):
        first, no_chain = self.store(data)
        units = name.encode('utf-16-le')
        names = [units[i:i + 30].ljust(30, b'\0') for i in range(0, len(units), 30)]
        name_hash = 0
        for b in name.upper().encode('utf-16-le'):
            name_hash = ((name_hash << 15 | name_hash >> 1) + b) & 0xffff
        e = bytearray(struct.pack('<BBHH26x', 0x85, 1 + len(names), 0, 0x10 if folder else 0x20))
        e[8:20] = struct.pack('<3I', *[0x58210000] * 3)
        e += struct.pack('<BBBBHHQIIQ', 0xc0, 1 | 2 * no_chain, 0, len(units) // 2, name_hash, 0, len(data), 0, first,
                         len(data))
        for n in names:
            e += b'\xc1\0' + n
        total = 0
        for i, b in enumerate(e):
            if i not in (2, 3):
                total = ((total << 15 | total >> 1) + b) & 0xffff
        e[2:4] = struct.pack('<H', total)
        return bytes(e)

    def folder(self, path):
        made = b''
        for name in sorted(os.listdir(path)):
            inner = os.path.join(path, name)
            if os.path.isdir(inner):
                data = self.folder(inner)
                data += bytes(-len(data) % self.cluster or (0 if data else self.cluster))
                made += self.entry(name, data, True)
            elif not os.path.islink(inner):
                with open(inner, 'rb') as f:
                    made += self.entry(name, f.read(), False)
        return made

    def fill(self, tree):
        data = self.entries + self.folder(tree)
        clusters = [self.root] + self.take(-(-len(data) // self.cluster) - 1, 1)
        data = data.ljust(len(clusters) * self.cluster, b'\0')
        for i, c in enumerate(clusters):
            self.write(self.at(c), data[i * self.cluster:(i + 1) * self.cluster])
        self.chain(clusters)
        self.write(self.bitmap_at, self.bitmap)


def main():
    tree, image, cluster = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else '4K'
    os.environ['PATH'] += ':/usr/sbin'
    subprocess.run(['mkfs.exfat', '-L', 'Name', '-c', cluster, image], check=True, stdout=subprocess.DEVNULL)
    Volume(image).fill(tree)


main()
