# SPDX-License-Identifier: BSD-2-Clause
"""Make ELF files for the tests, right ones and wrong ones: every field can be said."""

import struct
from dataclasses import dataclass, field

X, W, R = 1, 2, 4
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
VIRT = 0xffffff8000000000       # the linear map of a 39-bit kernel
DRAM = 0x40000000
BASE = DRAM + 0x200000          # where the test kernels lie
SPIN = 0x14000000               # b .
NOTE_KEYS = {'VIRT_START': 1, 'VA_BITS': 2, 'GRANULE': 3, 'ENTRY_EL': 4, 'FLAGS': 5, 'STACK_SIZE': 6,
             'CONSOLE_VA': 7}


def words(*opcodes):
    return struct.pack(f'<{len(opcodes)}I', *opcodes)


@dataclass
class Segment:
    """A program header with its bytes; what is None follows from the rest."""
    data: bytes = words(SPIN)
    paddr: int = BASE
    vaddr: int = None
    flags: int = R | X
    memsz: int = None
    filesz: int = None
    offset: int = None
    align: int = 4096
    type: int = PT_LOAD

    def virtual(self):
        return (self.paddr + VIRT) % (1 << 64) if self.vaddr is None else self.vaddr


def note(pairs, name=b'Loft', kind=1, descsz=None):
    """A Loft note: {key: value}, keys by number or by name."""
    desc = b''.join(struct.pack('<QQ', NOTE_KEYS.get(k, k), v) for k, v in pairs)
    padded = name + b'\0'
    head = struct.pack('<III', len(padded), len(desc) if descsz is None else descsz, kind)
    return head + padded + b'\0' * (-len(padded) % 4) + desc


@dataclass
class Elf:
    segments: list = field(default_factory=lambda: [Segment()])
    entry: int = None
    ident: bytes = b'\x7fELF\x02\x01\x01' + b'\0' * 9
    type: int = 2
    machine: int = 183
    phentsize: int = 56
    phnum: int = None
    phoff: int = 64
    ehsize: int = 64
    cut: int = None             # length to truncate the file to

    def bytes(self):
        at = 4096
        body, headers = b'', b''
        for s in self.segments:
            offset = at if s.offset is None else s.offset
            filesz = len(s.data) if s.filesz is None else s.filesz
            memsz = max(filesz, len(s.data)) if s.memsz is None else s.memsz
            headers += struct.pack('<IIQQQQQQ', s.type, s.flags, offset, s.virtual(), s.paddr, filesz, memsz, s.align)
            body += s.data + b'\0' * (-len(s.data) % 4096)
            at = 4096 + len(body)
        entry = (self.segments[0].virtual() if self.segments else 0) if self.entry is None else self.entry
        phnum = len(self.segments) if self.phnum is None else self.phnum
        head = self.ident + struct.pack('<HHIQQQIHHHHHH', self.type, self.machine, 1, entry, self.phoff, 0, 0,
                                        self.ehsize, self.phentsize, phnum, 0, 0, 0)
        data = head + headers
        data += b'\0' * (4096 - len(data)) + body
        return data if self.cut is None else data[:self.cut]


def with_note(*pairs, **kw):
    """A one-segment kernel with a Loft note."""
    data = note(pairs, **kw)
    return Elf([Segment(), Segment(data, paddr=0, vaddr=0, flags=R, type=PT_NOTE, align=4)])
