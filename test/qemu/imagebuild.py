# SPDX-License-Identifier: BSD-2-Clause
"""Images that distributions and phones boot, byte by byte, so that each of them can be made to lie."""
import hashlib
import struct


def up(value, unit):
    return (value + unit - 1) // unit * unit


def uki(sections, machine=0xaa64, align=0x200):
    """A PE file: sections is a list of (name, bytes)."""
    table = 0x80 + 24 + 240
    at = up(table + 40 * len(sections), align)
    head = bytearray(b'MZ'.ljust(0x3c, b'\0') + struct.pack('<I', 0x80)).ljust(0x80, b'\0')
    head += b'PE\0\0' + struct.pack('<HHIIIHH', machine, len(sections), 0, 0, 0, 240, 0x206)
    head += struct.pack('<H', 0x20b).ljust(240, b'\0')
    body = b''
    for name, data in sections:
        raw = up(len(data), align)
        head += struct.pack('<8sIIIIIIHHI', name.encode(), len(data), 0x10000 + at, raw, at, 0, 0, 0, 0, 0x40000040)
        body += data.ljust(raw, b'\0')
        at += raw
    return bytes(head.ljust(up(len(head), align), b'\0')) + body


def pages(data, page):
    return data.ljust(up(len(data), page), b'\0')


def android_id(parts):
    sha = hashlib.sha1()
    for data in parts:
        sha.update(data + struct.pack('<I', len(data)))
    return sha.digest().ljust(32, b'\0')


def android(version, kernel, ramdisk=b'', cmdline=b'', second=b'', dtb=b'', dtbo=b'', page=2048, name=b'a phone'):
    """A boot image as mkbootimg makes it."""
    if version >= 3:
        head = b'ANDROID!' + struct.pack('<IIII16xI', len(kernel), len(ramdisk), 0x16000000, 1580 + 4 * (version > 3), version)
        head += cmdline.ljust(1536, b'\0') + (struct.pack('<I', 0) if version > 3 else b'')
        return b''.join(pages(data, 4096) for data in (head, kernel, ramdisk))
    parts = [kernel, ramdisk, second] + [dtbo] * (version > 0) + [dtb] * (version > 1)
    head = b'ANDROID!' + struct.pack('<10I', len(kernel), 0x10008000, len(ramdisk), 0x11000000, len(second), 0x10f00000,
                                     0x10000100, page, version, 0x16000000)
    head += name.ljust(16, b'\0') + cmdline[:512].ljust(512, b'\0') + android_id(parts) + cmdline[512:].ljust(1024, b'\0')
    behind = page + sum(up(len(data), page) for data in (kernel, ramdisk, second))
    if version > 0:
        head += struct.pack('<IQI', len(dtbo), behind if dtbo else 0, 1648 if version == 1 else 1660)
    if version > 1:
        head += struct.pack('<IQ', len(dtb), 0x11f00000)
    return b''.join(pages(data, page) for data in (head, *parts))


def vendor_boot(version, ramdisks, cmdline=b'', dtb=b'', bootconfig=b'', page=4096):
    """ramdisks is a list of (type, bytes); types count from version 4 on."""
    whole = b''.join(data for _, data in ramdisks)
    head = b'VNDRBOOT' + struct.pack('<IIIII', version, page, 0x10008000, 0x11000000, len(whole))
    head += cmdline.ljust(2048, b'\0') + struct.pack('<I16sIIQ', 0x10000100, b'a phone', 2112 if version == 3 else 2128, len(dtb),
                                                     0x11f00000)
    table = b''
    if version > 3:
        at = 0
        for kind, data in ramdisks:
            table += struct.pack('<III32s64x', len(data), at, kind, b'')
            at += len(data)
        head += struct.pack('<IIII', len(table), len(ramdisks), 108, len(bootconfig))
    return b''.join(pages(data, page) for data in (head, whole, dtb, table, bootconfig))
