# SPDX-License-Identifier: BSD-2-Clause
"""Attribute executed instructions to the functions of a position-independent ELF file.

The program runs at more than one address (Loft: flash first, then the top of DRAM), so the load
bases are found from the run itself: each executed (address, opcode) pair votes for every page-aligned
base at which the image holds that opcode there. The right bases win by far, and each executed
instruction is then explained by one of them or counted as "outside".
"""

import bisect
from collections import Counter, defaultdict

PAGE = 4096


def find_bases(insns, elf, most=6):
    """Load bases (run address - link address), best first, that explain all but stray instructions."""
    low, image = elf.flat()
    link = min(va for va, *_ in elf.loads)
    by_opcode = defaultdict(list)
    for off in range(0, len(image) - 3, 4):
        by_opcode[int.from_bytes(image[off:off + 4], 'little')].append(off)
    left = dict(insns)
    bases = []
    while left and len(bases) < most:
        votes = Counter()
        for (pc, opcode) in left:
            offsets = by_opcode.get(opcode, ())
            if len(offsets) > 64:
                continue
            for off in offsets:
                if (pc - off) % PAGE == 0:
                    votes[pc - off] += 1
        if not votes:
            break
        start, count = votes.most_common(1)[0]
        if count < 8 and bases:
            break
        base = start - link
        explained = [k for k in left if in_image(k, start, image)]
        if not explained:
            break
        bases.append(base)
        for k in explained:
            del left[k]
    return bases, left


def in_image(key, start, image):
    pc, opcode = key
    off = pc - start
    return 0 <= off <= len(image) - 4 and int.from_bytes(image[off:off + 4], 'little') == opcode


class Profile:
    def __init__(self, report, elf):
        self.functions = elf.functions()
        self.starts = [f[0] for f in self.functions]
        self.bases, outside = find_bases(report.insns, elf)
        self.total = sum(report.insns.values())
        self.outside = sum(report.insns[k] for k in outside)
        self.link = min(va for va, *_ in elf.loads)
        _, self.image = elf.flat()
        self.report = report
        self.self_count = Counter()     # (name, base) -> instructions
        self.place = {}
        for (pc, opcode), n in report.insns.items():
            where = self.locate(pc, opcode)
            self.place[pc] = where
            self.self_count[where] += n
        self.hot = defaultdict(Counter)
        for (pc, _), n in report.insns.items():
            self.hot[self.place[pc]][pc] += n

    def locate(self, pc, opcode=None):
        """(function, base) that holds @pc; base None for code outside the image."""
        for base in self.bases:
            start = base + self.link
            if opcode is not None and not in_image((pc, opcode), start, self.image):
                continue
            if not 0 <= pc - start < len(self.image):
                continue
            i = bisect.bisect_right(self.starts, pc - base) - 1
            name = self.functions[i][2] if i >= 0 else '(image header)'
            return name, base
        return '(outside)', None

    def callers(self):
        """(callee, base) -> [(caller function, calls, inclusive)] from the call edges."""
        found = defaultdict(Counter)
        calls = defaultdict(Counter)
        for caller, callee, n, inclusive in self.report.edges:
            to = self.place.get(callee) or self.locate(callee)
            frm = self.place.get(caller) or self.locate(caller)
            found[to][frm[0]] += inclusive
            calls[to][frm[0]] += n
        return {to: [(frm, calls[to][frm], inc) for frm, inc in c.most_common()] for to, c in found.items()}

    def text(self, top=40, lines=3):
        """The table: self count, share, inclusive count by call edges, and who called.

        A function's line is for one load base; no "@base" means the highest, where Loft comes to
        rest. A function reached by a tail call counts in its caller's inclusive column.
        """
        out = [f'{self.total} instructions; load bases '
               + ', '.join(f'{b:#x}' for b in self.bases)
               + (f'; {self.outside} outside the image' if self.outside else '')]
        out.append(f'{"self":>12} {"share":>6} {"inclusive":>12} {"calls":>8}  function')
        callers = self.callers()
        for (name, base), n in self.self_count.most_common(top):
            edges = callers.get((name, base), [])
            inclusive = sum(e[2] for e in edges)
            calls = sum(e[1] for e in edges)
            tag = f' @{base:#x}' if base not in (None, max(self.bases)) else ''
            out.append(f'{n:12d} {100 * n / self.total:5.1f}% {inclusive or "-":>12} {calls or "-":>8}  {name}{tag}')
            out += [f'{"":42}from {frm}: {c} calls, {i} instructions' for frm, c, i in edges[:lines]]
        return '\n'.join(out)

    def hottest(self, name, top=12):
        """The most executed single instructions of a function, by link address."""
        rows = []
        for (fn, base), pcs in self.hot.items():
            if fn == name and base is not None:
                rows += [f'  {pc - base:#x} ({pc:#x}): {n}' for pc, n in pcs.most_common(top)]
        return '\n'.join(rows)
