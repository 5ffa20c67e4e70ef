#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkinitramfs.py BUSYBOX OUT: a ramdisk whose init reports what userspace sees, and powers off.

A cpio archive of the "newc" kind (Linux, Documentation/driver-api/early-userspace/buffer-format.rst),
gzip. Written here because it needs a device node, and nothing but root can make one on disk.
"""

import gzip
import stat
import sys

INIT = b"""#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
echo "loft-test: userspace reached"
echo "loft-test: kernel $(/bin/busybox uname -r)"
echo "loft-test: cpus $(/bin/busybox nproc)"
echo "loft-test: cmdline $(/bin/busybox cat /proc/cmdline)"
for p in kaslr-seed rng-seed; do
	[ -e /sys/firmware/devicetree/base/chosen/$p ] && echo "loft-test: chosen $p"
done
for p in /sys/firmware/devicetree/base/chosen/loft,*; do
	[ -e "$p" ] && echo "loft-test: chosen ${p##*/} $(/bin/busybox hexdump -v -e '1/1 "%02x"' $p)"
done
for p in /sys/firmware/devicetree/base/reserved-memory/*; do
	[ -d "$p" ] && echo "loft-test: reserved ${p##*/}"
done
echo "loft-test: end"
/bin/busybox poweroff -f
"""


def entry(name, mode, data=b'', major=0, minor=0, links=1):
    name = name.encode() + b'\0'
    fields = (entry.ino, mode, 0, 0, links, 0, len(data), 0, 0, major, minor, len(name), 0)
    entry.ino += 1
    head = b'070701' + b''.join(b'%08x' % f for f in fields) + name
    head += b'\0' * (-len(head) % 4)
    return head + data + b'\0' * (-len(data) % 4)


entry.ino = 1


def main():
    with open(sys.argv[1], 'rb') as f:
        busybox = f.read()
    archive = b''.join([
        entry('bin', stat.S_IFDIR | 0o755, links=2),
        entry('dev', stat.S_IFDIR | 0o755, links=2),
        entry('dev/console', stat.S_IFCHR | 0o600, major=5, minor=1),
        entry('bin/busybox', stat.S_IFREG | 0o755, busybox),
        entry('init', stat.S_IFREG | 0o755, INIT),
        entry('TRAILER!!!', 0),
    ])
    with open(sys.argv[2], 'wb') as f, gzip.GzipFile(filename='', mode='wb', fileobj=f, mtime=0) as z:
        z.write(archive)


if __name__ == '__main__':
    main()
