# SPDX-License-Identifier: BSD-2-Clause
"""Device trees and hostile input: the rows T and X of FIELD.md, each by its name."""

import re
import struct
import subprocess
import time

import pytest

from conftest import QEMU
from test_boot import checked
from test_geometry import example
from test_fdt_input import dtb  # noqa: F401  (a fixture)


def tree_with_length(length):
    """A tree of one property, which says that it has so many bytes."""
    nodes = struct.pack('>IIIII', 1, 0, 3, length, 0) + struct.pack('>IIII', 2, 2, 9, 9)
    names = b'a\0'
    total = 56 + len(nodes) + len(names)
    head = struct.pack('>10I', 0xd00dfeed, total, 56, 56 + len(nodes), 40, 17, 16, 0, len(names), len(nodes))
    return head + bytes(16) + nodes + names


def header_crc(header):
    import zlib
    return header[:4] + struct.pack('>I', zlib.crc32(header[:4] + bytes(4) + header[8:64])) + header[8:]


def uimage(data, size=None, name=b'name', kind=6):
    import zlib
    header = struct.pack('>7I4B32s', 0x27051956, 0, 0, len(data) if size is None else size, 0, 0, zlib.crc32(data),
                         5, 22, kind, 0, name)
    return header_crc(header) + data


@pytest.fixture
def own_tree(qemu, assemble, build):
    """Start Loft in DRAM with exactly this tree: by -dtb QEMU writes memory nodes of its own into it."""
    def start(tree, **kw):
        stub = assemble('.globl _start\n_start: ldr x0, =0x48000000\n ldr x1, =0x4a000000\n br x1\n', flat=True)
        return qemu(bios=stub, loads=[(tree, 0x48000000), (build / 'loft.bin', 0x4a000000)], **kw)
    return start


def memory_is(reg):
    """Edit the memory node's reg."""
    return lambda text: re.sub(r'reg = <0x00 0x40000000 0x00 0x[0-9a-f]+>', f'reg = {reg}', text, count=1)


@pytest.mark.parametrize('length', [0xfffffff4, 0xfffffff8, 0x7ffffffc])
def test_x1_lengths_that_wrap(loft, tmp_path, length):
    """X1: no library sees a tree that Loft's own walker has not passed."""
    tree = tmp_path / 'x1.dtb'
    tree.write_bytes(tree_with_length(length))
    m = loft(loads=[(tree, 0x44000000)])
    for command in ('fdt addr 44000000', 'fdt addr -c 44000000', 'iminfo 44000000', 'source 44000000',
                    'source 44000000:x', 'source 44000000#x', 'bootelf -n -d 44000000 45000000'):
        assert 'longer than the block' in m.run_fail(command), command
    m.run_check('fdt print /chosen')
    # A good tree that is written over after `fdt addr` named it.
    m.run_check('cp.b ${fdtcontroladdr} 48000000 4000')
    m.run_check('fdt addr 48000000')
    m.run_check('cp.b 44000000 48000000 80')
    for command in ('print', 'list', 'header', 'get value v / a', 'get name v / 0', 'get size v /', 'get addr v / a',
                    'set / b c', 'mknode / n', 'rm / a', 'chosen', 'resize'):
        assert 'longer than the block' in m.run_fail('fdt ' + command), command
    m.run_check('fdt addr ${fdtcontroladdr}')
    m.run_check('fdt print /chosen')


def test_x5_hashes_can_be_ended(loft, tmp_path):
    """X5: a FIT that has right hashes over much memory, again and again."""
    hashes = ''.join(f'hash-{i} {{ algo = "sha1"; value = <0>; }};' for i in range(1000))
    text = f'/dts-v1/; / {{ images {{ a {{ data-size = <0x10000000>; data-position = <0>; {hashes} }}; }}; }};'
    fit = tmp_path / 'x5.itb'
    subprocess.run(['dtc', '-I', 'dts', '-O', 'dtb', '-q', '-o', str(fit)], input=text, text=True, check=True)
    m = loft(loads=[(fit, 0x48000000)])
    m.send('iminfo 48000000\r')
    m.wait('Hash.es. for Image 0')
    time.sleep(1)
    m.send('\x03')
    assert 'interrupted' in m.prompt()
    assert m.run('echo here') == 'here'


def test_x6_sizes_that_lead_out(loft, tmp_path):
    """X6: sizes beyond what is there are a sentence; names reach the terminal escaped."""
    files = {
        'long.uimage': uimage(b'echo', size=0x7fffffff, name=b'a\x1b[2Jb'),
        'small.uimage': uimage(b'\0\0\0\4\0\0\0\0echo', name=b'a\x1b[2Jb'),
    }
    text = '/dts-v1/; / { description = "d\\x1b[2J"; images { a { data-size = <0x7fffffff>; data-position = <8>;' \
           ' description = "\\x1b[31m"; hash { algo = "crc32"; value = <0>; }; }; }; };'
    fit = tmp_path / 'x6.itb'
    subprocess.run(['dtc', '-I', 'dts', '-O', 'dtb', '-q', '-o', str(fit)], input=text, text=True, check=True)
    total = bytearray(fit.read_bytes())
    total[4:8] = struct.pack('>I', 0x7ffffffe)
    huge = tmp_path / 'huge.itb'
    huge.write_bytes(total)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    m = loft(loads=[(tmp_path / 'long.uimage', 0x44000000), (tmp_path / 'small.uimage', 0x45000000),
                    (fit, 0x46000000), (huge, 0x47000000)])
    said = m.run_fail('iminfo 44000000')
    assert 'cut off' in said and 'fault' not in said and 'a\\x1b[2Jb' in said
    assert 'more than are there' in m.run_fail('source 44000000')
    assert 'a\\x1b[2Jb' in m.run('iminfo 45000000')
    for at in ('46000000', '47000000'):
        said = m.run_fail(f'iminfo {at}')
        assert 'that are there' in said and 'd\\x1b[2J' in said and '\\x1b[31m' in said, said
        assert '\x1b' not in said and 'fault' not in said
        assert 'that are there' in m.run_fail(f'source {at}:a')
    for at, says in (('${fdtcontroladdr}', 'belongs to Loft'), ('fffffffffffffffc', 'neither DRAM'),
                     ('7ffffffc', 'Unknown|belongs to'), ('30000000000', 'neither DRAM')):
        assert re.search(says, m.run_fail(f'iminfo {at}')), at
        assert 'fault' not in m.run_fail(f'source {at}')


def test_t9_a_dumped_tree(qemu, highhalf, tmp_path):
    """T9: what the blocks use is what counts."""
    dumped = tmp_path / 'dumped.dtb'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={dumped}', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                   capture_output=True)
    assert dumped.stat().st_size >= 0x100000
    checked(qemu(dtb=dumped, kernel=highhalf).finish())


@pytest.mark.parametrize('offset', [0, 4])
def test_t10_a_tree_on_4_bytes(loft, dtb, build, assemble, offset):  # noqa: F811
    """T10: x0 need not be a multiple of 8."""
    tree = dtb('t10-was-here { };')
    jump = assemble(f'.globl _start\n_start: ldr x0, ={0x48000000 + offset:#x}\n ldr x1, =0x4a000000\n br x1\n',
                    flat=True)
    m = loft(loads=[(tree, 0x48000000 + offset), (build / 'loft.bin', 0x4a000000), (jump, 0x49000000)])
    m.send('go 49000000\r')
    m.wait('Loft')
    m.prompt()
    assert 't10-was-here' in m.run('fdt list /')


def without_uart(text):
    return re.sub(r'\n\tpl011@9000000 \{.*?\n\t\};', '', text, flags=re.S)


def in_uart(pattern, by):
    """Edit the UART's node."""
    return lambda text: re.sub(r'(pl011@9000000 \{.*?)' + pattern, r'\g<1>' + by, text, count=1, flags=re.S)


UARTS = {
    'none': without_uart,
    'disabled': in_uart('reg = ', 'status = "disabled"; reg = '),
    'no-reg': in_uart('reg = [^;]*;', ''),
    'odd-reg': in_uart('reg = [^;]*;', 'reg = <9 0x9000000 1>;'),
    'size-0': in_uart('reg = [^;]*;', 'reg = <0 0x9000000 0 0>;'),
    '16550': lambda text: without_uart(text) + '/ { serial@b000000 { compatible = "ns16550a"; reg = <0 0xb000000 0 8>; }; };',
    'bus': lambda text: without_uart(text) + '/ { bus { #address-cells = <1>; #size-cells = <1>; pl011@9000000 {'
    ' compatible = "arm,pl011", "arm,primecell"; reg = <0x9000000 0x1000>; }; }; };',
}


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('uart', UARTS)
def test_t1_no_usable_uart(loft, dtb, uart, el2):  # noqa: F811
    """T1: the prompt comes on the board's UART, whatever the tree says of it."""
    m = loft(dtb=dtb(edit=UARTS[uart]), el2=el2)
    assert m.run('echo on') == 'on'
    assert 'fault' in m.run('md 70000000000 1')
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('size', [0x5000, 0x10000, 0x20000, 0x80000, 0x400000])
def test_x11_memory_that_is_not_there(own_tree, dtb, size):  # noqa: F811
    """X11: a fault before the console is printed on the board's, and ends. Behind the real memory the tree tells of
    more: the smaller that is, the later something is put there."""
    m = own_tree(dtb(edit=memory_is(f'<0 0x40000000 0 0x40000000>, <0 0x90000000 0 {size:#x}>')))
    m.wait(r'(fault [^\n]*ESR[^\n]*|loft=> )')
    time.sleep(1)
    m.send('\r')
    m.wait(r'.*', timeout=1)
    assert m.text.count('fault') <= 2, m.text


def test_t5_defects_are_warnings(own_tree, loft, dtb, highhalf):  # noqa: F811
    """T5: a reservation that makes no sense is named by its path, and the boot goes on."""
    tree = dtb('reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; odd@0 { reg = <1 2 3>; };'
               ' good@50000000 { reg = <0 0x50000000 0 0x1000>; }; };'
               'memory@90000000 { device_type = "memory"; reg = <0 0x90000000 1>; };')
    checked(own_tree(tree, kernel=highhalf).finish())
    m = own_tree(tree)
    m.prompt()
    assert 'odd@0 and 1 more nodes make no sense' in m.text or '/memory@90000000 and 1 more' in m.text
    assert 'good@50000000' in m.run('memmap')
    m = loft(dtb=dtb('reserved-memory { odd@0 { reg = <1 2>; }; };'))
    assert '/reserved-memory/odd@0 makes no sense' in m.text


def no_map(start, size):
    return f'reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges; n@{start:x} {{' \
           f' reg = <0 {start:#x} 0 {size:#x}>; no-map; }}; }};'


EDGES = {
    'end': ('<0 0x40000000 0 0x3fff8000>', ''),
    'small-bank': ('<0 0x40000000 0 0x3f000000>, <0 0x7ff01000 0 0x3000>', ''),
    'odd-end': ('<0 0x40000000 0 0x3ffff123>', ''),
    'odd-start': ('<0 0x40000800 0 0x3ffff800>', ''),
    'no-map-last': ('<0 0x40000000 0 0x40000000>', no_map(0x7ffff000, 0x1000)),
    'no-map-first': ('<0 0x40000000 0 0x40000000>', no_map(0x7fff0000, 0x1000)),
    'no-map-odd': ('<0 0x40000000 0 0x40000000>', no_map(0x7fff8123, 0x10)),
}


@pytest.mark.parametrize('granule, bits', [(4096, 39), (16384, 47), (65536, 48)])
@pytest.mark.parametrize('edge', EDGES)
def test_t6_t7_edges(own_tree, dtb, asking, edge, granule, bits):  # noqa: F811
    """T6, T7: banks and reservations with edges at any byte, with each granule."""
    memory, nodes = EDGES[edge]
    text = own_tree(dtb(nodes, edit=memory_is(memory)), kernel=example(asking, granule, bits), cpu='max').finish()
    assert ' ok, 0 FAIL' in text, text


@pytest.mark.parametrize('start, size', [(0x4a000000, 0x200000), (0x4a000000, 0x1000), (0x4a000000, 0x40),
                                         (0x4a040000, 0x1000), (0x49000000, 0x4000000), (0x4a0a0000, 0x10000)])
def test_t8_no_map_over_loft(own_tree, dtb, highhalf, start, size):  # noqa: F811
    """T8: an earlier loader put Loft where the tree excepts memory: it moves away, and touches that place no more."""
    checked(own_tree(dtb(no_map(start, size)), kernel=highhalf).finish())


@pytest.mark.parametrize('start, end', [(0x90000000, 0x90001000), (0x44001000, 0x44000000)])
def test_t11_stale_initrd(qemu, dtb, highhalf, start, end):  # noqa: F811
    """T11: a ramdisk outside DRAM, or that ends before it starts, is ignored."""
    tree = dtb(f'chosen {{ linux,initrd-start = <0 {start:#x}>; linux,initrd-end = <0 {end:#x}>; }};')
    text = qemu(dtb=tree, kernel=highhalf).finish()
    checked(text)
    assert ('ramdisk at 0x90000000 is not in DRAM: ignored' in text) == (start == 0x90000000)


def test_t12_psci_by_ids(loft, dtb):  # noqa: F811
    """T12: firmware before PSCI 0.2, with its numbers in the tree."""
    def old(text):
        text = re.sub(r'(psci \{.*?)compatible = [^;]*;', r'\1compatible = "arm,psci";', text, flags=re.S)
        return text.replace('psci {', 'psci { sys_poweroff = <0x84000008>; sys_reset = <0x84000009>;')
    m = loft(dtb=dtb(edit=old))
    m.send('poweroff\r')
    m.finish()


@pytest.mark.parametrize('count', [41, 1000])
def test_t4_reserved_ranges(qemu, dtb, highhalf, count):  # noqa: F811
    """T4: mainline's Snapdragon X has 47. The example checks that none of them is used, each 4 KiB of 8."""
    nodes = ''.join(f'r@{at:x} {{ reg = <0 {at:#x} 0 0x1000>; }};'
                    for at in range(0x50000000, 0x50000000 + count * 0x2000, 0x2000))
    tree = dtb(f'reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges; {nodes} }};')
    text = qemu(dtb=tree, kernel=highhalf).finish()
    if count < 60:  # as many as the example keeps
        checked(text)
    assert 'highhalf: ' in text, text


@pytest.mark.parametrize('count', [17, 256])
def test_t4_banks(own_tree, dtb, count):  # noqa: F811
    """T4: more banks than Loft keeps: the prompt comes, and it is said."""
    banks = ', '.join(f'<0 {0x40000000 + i * 0x100000:#x} 0 0xff000>' for i in range(1, count))
    m = own_tree(dtb(f'memory@1 {{ device_type = "memory"; reg = <0 0x70000000 0 0x10000000>, {banks}; }};',
                     edit=memory_is('<0 0x60000000 0 0x8000000>')))
    assert 'more than 16 banks' in m.prompt()
    assert m.run('echo on') == 'on'


def test_t3_windows(own_tree, loft, dtb):  # noqa: F811
    """T3: 25 nodes of three windows behind 60 others: `md` reaches each in Loft's own map."""
    first = ''.join(f'a{i:x} {{ compatible = "test,a"; reg = <1 {i * 0x10000:#x} 0 0x1000>; }};' for i in range(60))
    rest = ''.join(f'b{i:x} {{ compatible = "test,b"; reg = <0x40 {i * 0x100000:#x} 0 0x1000>, '
                   f'<0x40 {i * 0x100000 + 0x10000:#x} 0 0x1000>, <0x40 {i * 0x100000 + 0x20000:#x} 0 0x1000>; }};'
                   for i in range(25))
    m = loft(dtb=dtb(first + rest))
    assert 'make no sense' not in m.text, m.text
    # Nothing answers there: an abort of the bus, not of a page that is not mapped.
    for at in range(0x4000000000, 0x4000000000 + 25 * 0x100000, 0x100000):
        for window in (0, 0x10000, 0x20000):
            text = m.run_fail(f'md {at + window:x} 1')
            assert 'is not mapped' not in text, text


def test_t2_nodes(qemu, dtb, highhalf):  # noqa: F811
    """T2: 10,000 device nodes, on 10 buses because dtc's parser takes no more on one."""
    def bus(first):
        nodes = ''.join(f'd{i:x} {{ compatible = "test,d"; reg = <1 {i * 0x10000:#x} 0 0x1000>; }};'
                        for i in range(first, first + 1000))
        return f'bus{first} {{ #address-cells = <2>; #size-cells = <2>; ranges; {nodes} }};'
    tree = dtb(''.join(bus(i) for i in range(0, 10000, 1000)))
    assert 'highhalf: ' in qemu(dtb=tree, kernel=highhalf, timeout=60).finish()
