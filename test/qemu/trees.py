#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Other boards' device trees with QEMU's virt in them: the example kernel boots on each.

    make trees [T=part-of-path] [TREES_ARGS='--seed 7 --count 40 --jobs 2']
    test/qemu/trees.py graft BOARD.dtb OUT.dtb [--behind] [--el2]     only makes the tree, to look at

A grafted tree has all nodes of the board's but memory, CPUs, PSCI and /chosen. In front of them or behind them stand
those of virt that a kernel needs: memory, CPUs, PSCI, GIC, timer, UART, fw_cfg, flash, with their addresses in
the board's cells and their phandles above the board's. The board's reservations stay, less what lies over the
kernel: how many that were is said.
"""

import argparse
import functools
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QEMU = os.environ.get('QEMU', 'qemu-system-aarch64')
MAGIC, BEGIN_NODE, END_NODE, PROP, NOP, END = 0xd00dfeed, 1, 2, 3, 4, 9
ESSENTIAL = ('psci', 'memory@40000000', 'cpus', 'timer', 'apb-pclk', 'pl011@9000000', 'intc@8000000', 'flash@0',
             'fw-cfg@9020000')
# Where the example kernel is linked, and QEMU puts the tree: a reservation of the board's there is refused, rightly.
KEEP_FREE = (0x40000000, 0x41000000)


def cells(*numbers):
    return struct.pack(f'>{len(numbers)}I', *numbers)


def words(value):
    return struct.unpack(f'>{len(value) // 4}I', value)


def to_number(parts):
    n = 0
    for part in parts:
        n = n << 32 | part
    return n


class Node:
    """A name, properties (name -> bytes) and children, both in order."""

    def __init__(self, name, props=None, children=None):
        self.name = name
        self.props = dict(props or {})
        self.children = list(children or [])

    def child(self, name):
        return next((c for c in self.children if c.name == name), None)

    def walk(self):
        yield self
        for c in self.children:
            yield from c.walk()

    def number(self, name, normal):
        return words(self.props[name])[0] if name in self.props else normal

    def texts(self, name):
        return self.props.get(name, b'').split(b'\0')[:-1]


class Tree:
    """A device tree: its root, and the pairs of its list of reservations."""

    def __init__(self, root, reserved=()):
        self.root = root
        self.reserved = list(reserved)

    @classmethod
    def read(cls, blob):
        magic, _, structure, strings, rsv = struct.unpack_from('>5I', blob)
        assert magic == MAGIC
        reserved = []
        while any(pair := struct.unpack_from('>2Q', blob, rsv)):
            reserved.append(pair)
            rsv += 16
        above, at = [Node('')], structure
        while True:
            tag, = struct.unpack_from('>I', blob, at)
            at += 4
            if tag == BEGIN_NODE:
                end = blob.index(b'\0', at)
                above.append(Node(blob[at:end].decode('latin-1')))
                above[-2].children.append(above[-1])
                at = (end + 4) & ~3
            elif tag == END_NODE:
                above.pop()
            elif tag == PROP:
                size, name = struct.unpack_from('>2I', blob, at)
                name = blob[strings + name:blob.index(b'\0', strings + name)].decode('latin-1')
                above[-1].props[name] = blob[at + 8:at + 8 + size]
                at = (at + 8 + size + 3) & ~3
            elif tag == END:
                return cls(above[0].children[0], reserved)
            else:
                assert tag == NOP, f'tag {tag:#x}'

    def pack(self):
        names, texts, out = {}, bytearray(), bytearray()

        def put(node):
            out.extend(cells(BEGIN_NODE))
            out.extend(node.name.encode('latin-1') + b'\0')
            out.extend(bytes(-len(out) % 4))
            for name, value in node.props.items():
                if name not in names:
                    names[name] = len(texts)
                    texts.extend(name.encode('latin-1') + b'\0')
                out.extend(cells(PROP, len(value), names[name]))
                out.extend(value)
                out.extend(bytes(-len(out) % 4))
            for c in node.children:
                put(c)
            out.extend(cells(END_NODE))

        put(self.root)
        out.extend(cells(END))
        rsv = b''.join(struct.pack('>2Q', *pair) for pair in [*self.reserved, (0, 0)])
        structure = 40 + len(rsv)
        total = structure + len(out) + len(texts)
        head = struct.pack('>10I', MAGIC, total, structure, structure + len(out), 40, 17, 16, 0, len(texts), len(out))
        return head + rsv + bytes(out) + bytes(texts)

    def phandle_max(self):
        return max((n.number('phandle', 0) for n in self.root.walk()), default=0)


@functools.cache
def virt_tree(el2=False):
    """QEMU's own tree of virt, with 1 GiB and two CPUs."""
    with tempfile.TemporaryDirectory() as where:
        file = Path(where) / 'virt.dtb'
        subprocess.run([QEMU, '-M', f'virt{",virtualization=on" if el2 else ""},dumpdtb={file}', '-cpu', 'cortex-a57',
                        '-m', '1G', '-smp', '2'], check=True, capture_output=True)
        return Tree.read(file.read_bytes())


def essentials(virt, handles, address_cells, size_cells):
    """virt's nodes, for a root with other cells, with phandles above @handles."""
    def moved(node, depth):
        new = Node(node.name, node.props, [moved(c, depth + 1) for c in node.children
                                           if c.name != 'cpu-map' and not c.name.startswith('v2m')])
        for name in ('phandle', 'linux,phandle', 'interrupt-parent', 'clocks'):
            if name in new.props:
                new.props[name] = cells(*(n + handles for n in words(new.props[name])))
        if not depth:
            new.props.setdefault('interrupt-parent', cells(virt.root.number('interrupt-parent', 0) + handles))
            if 'reg' in new.props:
                reg = words(new.props['reg'])
                new.props['reg'] = b''.join(
                    to_number(reg[at:at + 2]).to_bytes(address_cells * 4, 'big') +
                    to_number(reg[at + 2:at + 4]).to_bytes(size_cells * 4, 'big') for at in range(0, len(reg), 4))
        return new

    return [moved(c, 0) for name in ESSENTIAL for c in virt.root.children if c.name == name]


def over_kernel(start, size):
    return start < KEEP_FREE[1] and start + size > KEEP_FREE[0]


def free_kernel(tree):
    """Take out the reservations over the kernel's place; how many."""
    before = len(tree.reserved)
    tree.reserved = [r for r in tree.reserved if not over_kernel(*r)]
    out = before - len(tree.reserved)
    above = tree.root.child('reserved-memory')
    if above:
        step = above.number('#address-cells', 2)

        def ranges(node):
            reg = words(node.props.get('reg', b''))
            size = step + above.number('#size-cells', 1)
            return [(to_number(reg[at:at + step]), to_number(reg[at + step:at + size]))
                    for at in range(0, len(reg), size)]

        kept = [c for c in above.children if not any(over_kernel(*r) for r in ranges(c))]
        out += len(above.children) - len(kept)
        above.children = kept
    return out


def without_psci(node):
    node.children = [c for c in node.children if not any(t.startswith(b'arm,psci') for t in c.texts('compatible'))]
    for c in node.children:
        without_psci(c)


def graft(board, virt, behind=False, alias=True):
    """virt's essential nodes in @board, which is changed. Returns how many reservations gave way to the kernel."""
    root = board.root
    address_cells, size_cells = root.number('#address-cells', 2), root.number('#size-cells', 1)
    root.props.update({'#address-cells': cells(address_cells), '#size-cells': cells(size_cells)})
    aliases = root.child('aliases') or Node('aliases')
    root.children = [c for c in root.children if c.name not in ('cpus', 'chosen', 'aliases') and
                     c.props.get('device_type') != b'memory\0' and c.name.split('@')[0] != 'memory']
    without_psci(root)
    aliases.props = {name: value for name, value in aliases.props.items() if name != 'serial0'}
    aliases.props['serial0'] = b'/pl011@9000000\0'
    chosen = Node('chosen', {'stdout-path': b'serial0:115200n8\0' if alias else b'/pl011@9000000\0'})
    own = essentials(virt, board.phandle_max(), address_cells, size_cells) + [aliases, chosen]
    names = {n.name for n in own}
    root.children = [c for c in root.children if c.name not in names]
    root.children = root.children + own if behind else own + root.children
    return free_kernel(board)


def add_bus(tree, name, nodes):
    """Nodes with addresses of two cells, on a bus of their own."""
    tree.root.children.append(Node(name, {'#address-cells': cells(2), '#size-cells': cells(2), 'ranges': b''}, nodes))


def add_devices(tree, count, first=0x100000000, step=0x10000):
    """Devices of one page each that do not touch."""
    add_bus(tree, 'grown', [
        Node(f'device@{at:x}', {'compatible': b'test,device\0', 'reg': cells(at >> 32, at & 0xffffffff, 0, 0x1000),
                                'interrupts': cells(0, 64, 4)}) for at in range(first, first + count * step, step)])


def add_reserved(tree, count, no_map=False, first=0x50000000, step=0x2000):
    """Reservations of one page each that do not touch."""
    add_bus(tree, 'reserved-memory', [
        Node(f'reserved@{at:x}', {'reg': cells(0, at, 0, 0x1000), **({'no-map': b''} if no_map else {})})
        for at in range(first, first + count * step, step)])


def set_banks(tree, count, first=0x40000000, size=0x40000000, hole=0x10000):
    """The machine's memory as so many nodes, with holes between them."""
    tree.root.children = [c for c in tree.root.children if not c.name.startswith('memory@')] + [
        Node(f'memory@{at:x}', {'device_type': b'memory\0', 'reg': cells(0, at, 0, size // count - hole)})
        for at in range(first, first + size, size // count)]


def all_trees(dtbs):
    return sorted(p for kind in ('arm64', 'armhf') for p in (Path(dtbs) / kind).rglob('*.dtb'))


class Case:
    """One tree's way to boot: by its number, so that all four come up."""

    def __init__(self, number, path):
        self.path = path
        self.el2, self.behind, self.alias = bool(number & 1), bool(number & 2), not number & 4

    def __str__(self):
        return f'{self.path.parent.name}/{self.path.stem}-{"el2" if self.el2 else "el1"}' \
               f'-{"behind" if self.behind else "front"}'

    def write(self, out):
        """The grafted tree in the folder @out."""
        board = Tree.read(self.path.read_bytes())
        gave_way = graft(board, virt_tree(self.el2), self.behind, self.alias)
        file = Path(out) / f'{self.path.stem}.dtb'
        file.write_bytes(board.pack())
        return file, gave_way


def cases(dtbs, seed=None, count=None):
    """All trees' cases, or @count of them by @seed."""
    every = [Case(i, path) for i, path in enumerate(all_trees(dtbs))]
    return every if count is None else random.Random(seed).sample(every, min(count, len(every)))


def boot(case, build, out):
    out.mkdir(parents=True, exist_ok=True)
    tree, gave_way = case.write(out)
    command = [QEMU, '-M', 'virt' + (',virtualization=on' if case.el2 else ''), '-cpu', 'cortex-a57', '-m', '1G',
               '-smp', '2', '-nic', 'none', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-dtb',
               str(tree), '-bios', str(build / 'loft.bin'), '-kernel', str(build / 'examples/highhalf/highhalf.elf')]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=60, check=False).stdout
    except subprocess.TimeoutExpired as e:
        done = e.stdout or b''
    text = done.decode('latin-1').replace('\r', '')
    (out / f'{case.path.stem}.log').write_text(text)
    return text, gave_way


def passed(text):
    return re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M) and not re.search('^FAIL|left out|no sense', text, re.M)


def run(args):
    """Boot them; the closing line is that of run-host-tests.py."""
    dtbs = args.dtbs.resolve()
    chosen = [c for c in cases(dtbs, args.seed, args.count) if args.only in str(c.path)]
    out = args.build / 'trees'
    failed, less = [], 0

    def one(case):
        return case, *boot(case, args.build, out / case.path.parent.name)

    with ThreadPoolExecutor(args.jobs) as pool:
        for case, text, gave_way in pool.map(one, chosen):
            less += gave_way
            if not passed(text):
                failed.append(case)
                print(f'FAIL {case}', *text.splitlines()[-3:], sep='\n    ', flush=True)
            elif args.verbose:
                print(f'ok   {case}', flush=True)
    print(f'{less} reservations of boards gave way to the kernel; logs are in {out}')
    print(f'{len(chosen) - len(failed)} passed, {len(failed)} failed')
    return 1 if failed or not chosen else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(dest='what', required=True)
    one = sub.add_parser('graft')
    one.add_argument('board', type=Path)
    one.add_argument('out', type=Path)
    one.add_argument('--behind', action='store_true')
    one.add_argument('--el2', action='store_true')
    every = sub.add_parser('boot')
    every.add_argument('only', nargs='?', default='')
    every.add_argument('--build', type=Path, default=ROOT / 'build')
    every.add_argument('--dtbs', type=Path, default=ROOT / 'build/dtbs')
    every.add_argument('--seed', type=int, default=0)
    every.add_argument('--count', type=int)
    every.add_argument('--jobs', type=int, default=os.cpu_count())
    every.add_argument('--verbose', action='store_true')
    args = parser.parse_args()
    if args.what == 'boot':
        return run(args)
    board = Tree.read(args.board.read_bytes())
    less = graft(board, virt_tree(args.el2), args.behind)
    args.out.write_bytes(board.pack())
    print(f'{args.out}: {less} reservations gave way to the kernel')
    return 0


if __name__ == '__main__':
    sys.exit(main())
