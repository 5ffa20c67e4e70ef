# SPDX-License-Identifier: BSD-2-Clause
"""What the adversary plugin found, with symbols and lines.

An image may run anywhere: Loft does so at three places. So a finding carries the words of the block that it is
in, and the images are searched for these words at the same place within a page.
"""

import collections
import re
import subprocess
from dataclasses import dataclass, field

import kallsyms

FINDING = re.compile(r'finding (\S) cpu (\d+) pc (0x[0-9a-f]+) pa (0x[0-9a-f]+) count (\d+)')
PC = re.compile(r'pc (0x[0-9a-f]+)')
ADDR2LINE = 'aarch64-linux-gnu-addr2line'
SEGMENT = re.compile(r'^\s+LOAD\s+(0x\w+) (0x\w+) 0x\w+ (0x\w+)')


class Image:
    """An ELF file whose code may be anywhere."""

    def __init__(self, path):
        self.path = path
        self.segments = []
        data = open(path, 'rb').read()
        text = subprocess.run(['readelf', '-lW', path], capture_output=True, text=True, check=True).stdout
        for line in text.splitlines():
            found = SEGMENT.match(line)
            if found:
                offset, va, size = (int(n, 16) for n in found.groups())
                self.segments.append((va, data[offset:offset + size]))
        self.moves = collections.Counter()

    def learn(self, va, code):
        """The block at @va has these bytes: by how much is the image moved there?"""
        for start, data in self.segments:
            at = data.find(code) if len(code) >= 8 else -1
            while at >= 0:
                if (start + at) % 4096 == va % 4096:
                    self.moves[va - (start + at)] += 1
                at = data.find(code, at + 4)

    def contains(self, va):
        return any(start <= va < start + len(data) for start, data in self.segments)

    def name(self, va):
        text = subprocess.run([ADDR2LINE, '-f', '-s', '-e', self.path, hex(va)], capture_output=True,
                              text=True, check=False).stdout.split('\n')
        return None if not text or text[0] == '??' else f'{text[0]} ({text[1]})'


class Bare(Image):
    """A flat Image of Linux, with the symbols that it carries within it."""

    def __init__(self, path):
        data = open(path, 'rb').read()
        self.path, self.segments, self.moves = path, [(0, data)], collections.Counter()
        self.symbols = kallsyms.symbols(data)

    def name(self, va):
        return kallsyms.name(self.symbols, va)


def opened(path):
    with open(path, 'rb') as f:
        return (Image if f.read(4) == b'\x7fELF' else Bare)(path)


@dataclass
class Finding:
    rule: str
    cpu: int
    pc: int
    pa: int
    count: int
    what: str = ''
    block: int = 0
    code: bytes = b''
    near: list = field(default_factory=list)
    history: list = field(default_factory=list)
    times: int = 1
    place: str = '?'


def read(path):
    """Findings of one run; ValueError where the run did not come to its end."""
    findings, times, ended = [], {}, False
    with open(path, encoding='ascii') as lines:
        for line in lines:
            words = line.split()
            found = FINDING.match(line)
            if found:
                rule, cpu, pc, pa, count = found.groups()
                findings.append(Finding(rule, int(cpu), int(pc, 16), int(pa, 16), int(count)))
            elif words[0] == 'what':
                findings[-1].what = line.strip()[5:]
            elif words[0] == 'code':
                findings[-1].block = int(words[1], 16)
                findings[-1].code = b''.join(int(w, 16).to_bytes(4, 'little') for w in words[2:])
            elif words[0] == 'near':
                findings[-1].near.append((int(words[1], 16), b''.join(int(w, 16).to_bytes(4, 'little') for w in words[2:])))
            elif words[0] in ('store', 'maint'):
                findings[-1].history.append(line.strip())
            elif words[0] == 'total':
                times[words[1], int(words[3], 16)] = int(words[4])
            elif words[0] == 'end':
                ended = True
    if not ended:
        raise ValueError(f'{path}: the plugin did not come to its end')
    for f in findings:
        f.times = times[f.rule, f.pc]
    return findings, sum(times.values())


def place(findings, images):
    """Fill in where each finding is, and name the places in its history."""
    images = [opened(path) for path in images]
    for f in findings:
        for image in images:
            for va, code in [(f.block, f.code), *f.near]:
                image.learn(va, code)

    def name(pc):
        for image in images:
            for move in [m for m, _ in image.moves.most_common()] + [0]:
                if image.contains(pc - move):
                    found = image.name(pc - move)
                    if found:
                        return found
        return '?'

    for f in findings:
        f.place = name(f.pc)
        # what a CPU made itself is in no image: who stored it
        stored = [PC.search(text) for text in f.history if text.startswith('store')]
        if f.place == '?' and stored and stored[0]:
            f.place = name(int(stored[0][1], 16))
        f.history = [PC.sub(lambda m: f'pc {m[1]} {name(int(m[1], 16))}', text) for text in f.history]


def show(findings):
    for f in findings:
        print(f'rule {f.rule}: {f.place}, {f.times} times\n    {f.what}\n    cpu {f.cpu}, pc {f.pc:#x}, '
              f'memory {f.pa:#x}, after {f.count} instructions')
        for text in f.history:
            print(f'    last {text}')


if __name__ == '__main__':
    import sys
    all_findings, _ = read(sys.argv[1])
    place(all_findings, sys.argv[2:])
    show(all_findings)
