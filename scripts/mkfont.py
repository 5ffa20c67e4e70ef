#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkfont.py FONT.psf.gz OUT.h: glyphs of 8x16 as a table for drivers/video/screen.c.

Printable ASCII, then U+00A0 to U+00FF, then one for all others. PSF versions 1 and 2, with their
table of characters.
"""
import gzip
import struct
import sys


def glyphs(data):
    """{character: 16 bytes}"""
    if data[:2] == b'\x36\x04':
        mode, size = data[2], data[3]
        count, start, width = (512 if mode & 1 else 256), 4, 8
        at, version = start + count * size, 1
        if not mode & 2:
            sys.exit('mkfont: the font does not say which characters it has')
    elif data[:4] == b'\x72\xb5\x4a\x86':
        _, start, flags, count, size, height, width = struct.unpack('<7I', data[4:32])
        at, version = start + count * size, 2
        if not flags & 1 or height != 16:
            sys.exit('mkfont: not a font of height 16 that says which characters it has')
    else:
        sys.exit('mkfont: not a PSF font')
    if size != 16 or width != 8:
        sys.exit(f'mkfont: glyphs of {width}x{size}, not of 8x16')
    found = {}
    for n in range(count):
        glyph = data[start + n * 16:start + n * 16 + 16]
        if version == 1:
            single = True
            while True:
                c, = struct.unpack_from('<H', data, at)
                at += 2
                if c == 0xffff:
                    break
                single = single and c != 0xfffe     # behind it: sequences
                if single:
                    found.setdefault(c, glyph)
        else:
            end = data.index(b'\xff', at)
            for c in data[at:end].split(b'\xfe')[0].decode():
                found.setdefault(ord(c), glyph)
            at = end + 1
    return found


def main():
    found = glyphs(gzip.open(sys.argv[1]).read())
    box = found.get(0xfffd) or bytes([0, 0] + [0x7e] + [0x42] * 9 + [0x7e] + [0, 0, 0])
    wanted = [*range(0x20, 0x7f), *range(0xa0, 0x100)]
    lines = ['/* Made by scripts/mkfont.py. */', 'static const uint8_t font_glyphs[][16] = {']
    for c in wanted + [None]:
        row = found.get(c, box) if c is not None else box
        lines.append('\t{ ' + ', '.join(f'0x{b:02x}' for b in row) + ' },')
    lines.append('};')
    with open(sys.argv[2], 'w') as out:
        out.write('\n'.join(lines) + '\n')


main()
