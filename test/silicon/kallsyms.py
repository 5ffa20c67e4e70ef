# SPDX-License-Identifier: BSD-2-Clause
"""The symbols that a Linux Image carries within it (CONFIG_KALLSYMS), for who has no vmlinux with debug information.

Found by what they must look like, as nothing in an Image says where they are: a table of 256 tokens that is confirmed by
the table of their offsets behind it; the offset of every 256th name, confirmed by the count before the names; and
offsets of symbols that ascend, before all that or (from Linux 6.4) behind.
"""

import bisect
import struct

DIGITS = b''.join(b'%d\0' % n for n in range(10))


def tokens(data):
    """(Where the table begins, where its index ends, the tokens), or None."""
    at = -1
    while (at := data.find(DIGITS, at + 1)) >= 0:
        start = at
        for _ in range(ord('0')):
            start = data.rfind(b'\0', 0, max(start - 1, 0)) + 1
        table, end = [], start
        for _ in range(256):
            stop = data.find(b'\0', end)
            table.append((end - start, data[end:stop]))
            end = stop + 1
        confirms = struct.pack('<256H', *(t[0] & 0xffff for t in table))
        for index in range(end, end + 8):
            if data.startswith(confirms, index):
                return start, index + len(confirms), [t[1].decode('latin-1') for t in table]
    return None


def markers(data, before):
    """(Where the array begins, its numbers), the nearest before @before: 0, and each 256 to 20,000 more than the last."""
    at = before & ~7
    while at > 8:
        at -= 8
        if data[at:at + 4] != bytes(4) or data[at + 4:at + 8] == bytes(4):
            continue
        found, p = [0], at + 4
        while p + 4 <= before and found[-1] + 256 < struct.unpack_from('<I', data, p)[0] < found[-1] + 20000:
            found.append(struct.unpack_from('<I', data, p)[0])
            p += 4
        if len(found) > 32:
            return at, found
    return None


def entry(data):
    """Where the branch in the header of an Image goes: primary_entry."""
    for at in (0, 4):
        word = struct.unpack_from('<I', data, at)[0]
        if word >> 26 == 5:
            return at + (word & 0x3ffffff) * 4
    return 0


def symbols(data):
    """[(Offset in the Image, name)], ascending; [] where the Image has none."""
    table = tokens(data)
    marks = table and markers(data, table[0])
    if not marks:
        return []
    for start in range(marks[0] - marks[1][-1] & ~7, marks[0] - marks[1][-1] - 20000, -8):
        count = struct.unpack_from('<I', data, start - 8)[0]
        if (count + 255) // 256 == len(marks[1]):
            break
    else:
        return []
    names, at = [], start
    for i in range(count):
        if i % 256 == 0 and at - start != marks[1][i // 256]:
            return []
        length = data[at]
        at += 1
        if length & 0x80:
            length, at = length & 0x7f | data[at] << 7, at + 1
        names.append(''.join(table[2][c] for c in data[at:at + length])[1:])     # without its type
        at += length
    for at in (start - 16 - (4 * count + 7 & ~7), table[1] + 7 & ~7):
        offsets = struct.unpack_from(f'<{count}I', data, at)
        if all(a <= b for a, b in zip(offsets, offsets[1:])) and offsets[-1] > offsets[0]:
            found = [(o, n) for o, n in zip(offsets, names) if not n.startswith('$')]
            base = entry(data) - next((o for o, n in found if n == 'primary_entry'), entry(data))
            return [(o + base, n) for o, n in found]
    return []


def name(table, offset):
    """`symbol+0x10` of the nearest at or before @offset, or None."""
    i = bisect.bisect_right(table, offset, key=lambda s: s[0]) - 1
    return f'{table[i][1]}+{offset - table[i][0]:#x}' if i >= 0 else None
