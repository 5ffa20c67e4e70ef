# SPDX-License-Identifier: BSD-2-Clause
"""The inputs of the bench: what is in an ELF file, an Image of the same size, U-Boot's environment."""

import struct
import zlib


class Elf:
    """Header, program headers and function symbols of a 64-bit little-endian ELF file."""

    def __init__(self, path):
        with open(path, 'rb') as f:
            self.data = f.read()
        d = self.data
        if d[:6] != b'\x7fELF\x02\x01':
            raise ValueError(f'{path}: not a 64-bit little-endian ELF file')
        self.entry, self.phoff, self.shoff = struct.unpack_from('<QQQ', d, 24)
        self.phentsize, self.phnum, self.shentsize, self.shnum = struct.unpack_from('<HHHH', d, 54)
        self.loads = []
        for i in range(self.phnum):
            kind, flags, off, va, pa, filesz, memsz, _ = struct.unpack_from(
                '<IIQQQQQQ', d, self.phoff + i * self.phentsize)
            if kind == 1 and memsz:
                self.loads.append((va, pa, off, filesz, memsz, flags))

    def sections(self):
        for i in range(self.shnum):
            yield struct.unpack_from('<IIQQQQIIQQ', self.data, self.shoff + i * self.shentsize)

    def functions(self):
        """Sorted (address, size, name) of the code symbols, assembly labels with a size of 0 included."""
        found = {}
        sections = list(self.sections())
        for _, kind, _, _, off, size, link, _, _, entsize in sections:
            if kind != 2:
                continue
            strings = sections[link][4]
            for at in range(off, off + size, entsize):
                name_at, info, _, shndx, value, length = struct.unpack_from('<IBBHQQ', self.data, at)
                if shndx == 0 or shndx >= len(sections) or not sections[shndx][2] & 4:
                    continue
                end = self.data.index(b'\0', strings + name_at)
                name = self.data[strings + name_at:end].decode()
                if not name or name.startswith('$') or (info & 15) not in (0, 2):
                    continue
                rank = ((info & 15) == 2, length > 0, not name.startswith('.L'))
                if value not in found or found[value][0] < rank:
                    found[value] = (rank, length, name)
        return [(value, f[1], f[2]) for value, f in sorted(found.items())]

    def function(self, name):
        """The address of one."""
        return next(value for value, _, n in self.functions() if n == name)

    def flat(self):
        """Lowest physical address and the bytes from there, as objcopy -O binary makes them."""
        low = min(pa for _, pa, _, _, _, _ in self.loads)
        high = max(pa + filesz for _, pa, _, filesz, _, _ in self.loads)
        image = bytearray(high - low)
        for _, pa, off, filesz, _, _ in self.loads:
            image[pa - low:pa - low + filesz] = self.data[off:off + filesz]
        return low, bytes(image)

    def memory_size(self):
        low = min(pa for _, pa, _, _, _, _ in self.loads)
        return max(pa + memsz for _, pa, _, _, memsz, _ in self.loads) - low


def arm64_image(payload, image_size):
    """@payload behind the 64-byte header of the Linux arm64 boot protocol; flags: 4K pages, anywhere."""
    header = struct.pack('<IIQQQQQQII', 0x14000010, 0, 0, image_size + 64, 0xa, 0, 0, 0, 0x644d5241, 0)
    return header + payload


def uboot_env(variables, env_size=0x40000, bank_size=64 << 20):
    """Flash bank 1 of `-M virt` holding U-Boot's environment: CRC-32, then name=value strings."""
    text = b''.join(f'{k}={v}'.encode() + b'\0' for k, v in variables.items()) + b'\0'
    text = text.ljust(env_size - 4, b'\xff')
    return (struct.pack('<I', zlib.crc32(text)) + text).ljust(bank_size, b'\xff')
