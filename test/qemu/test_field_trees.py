# SPDX-License-Identifier: BSD-2-Clause
"""Device trees and hostile input: the rows T and X of FIELD.md, each by its name."""

import re
import struct
import subprocess
import time

import pytest

from conftest import QEMU
from test_boot import checked
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
