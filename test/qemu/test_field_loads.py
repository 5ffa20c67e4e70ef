# SPDX-License-Identifier: BSD-2-Clause
"""Loads that meet each other, files of the host, small and silent machines: rows I3, X2, X8, X9, R20, C8, C9 of FIELD.md."""

import gzip
import os
import re
import struct
import subprocess
import time
import zlib

import pytest

from gdb import Bridge, Gdb
from test_fdt_input import dtb  # noqa: F401  (a fixture)

HOST = ['-semihosting']


@pytest.fixture
def files(tmp_path):
    """Files for `load hostfs`, of random bytes: their names and sizes."""
    def make(**sizes):
        for name, size in sizes.items():
            (tmp_path / name).write_bytes(os.urandom(size))
        return tmp_path
    return make


# ---- X2: what a boot reads from is not written over ----

@pytest.mark.parametrize('memory, at', [('1G', 0x60000000), ('1G', 0x40400000), ('1G', 0x7c000000), ('1G', 0x48000000),
                                        ('128M', 0x44000000), ('4G', 0x60000000), ('4G', 0x13f000000)])
def test_x2_unpacked_beside_itself(loft, highhalf, tmp_path, dtb, memory, at):  # noqa: F811
    """X2: a gzip that nobody loaded, and a tree: both are as they were after a dry run, and the boot reads them so."""
    packed = tmp_path / 'k.gz'
    # 8 MiB of what cannot be packed, so that the file is long.
    packed.write_bytes(gzip.compress(highhalf.read_bytes().ljust(1 << 20, b'\0') + os.urandom(8 << 20), 1))
    tree = dtb('x2-was-here { };')
    tree_at = at - 0x1000000 if at & 0xf000000 == 0xf000000 else at + 0x1000000
    m = loft(memory=memory, loads=[(packed, at), (tree, tree_at)])
    crc = [f'crc32 {a:x} {len(p.read_bytes()):x}' for p, a in ((packed, at), (tree, tree_at))]
    before = [m.run_check(c) for c in crc]
    assert f'==> {zlib.crc32(packed.read_bytes()):08x}' in before[0]
    said = m.run(f'bootelf -n -d {tree_at:x} {at:x}')
    assert 'FAIL' not in said and 'ok   W^X' in said, said
    assert [m.run_check(c) for c in crc] == before
    m.send(f'bootelf -d {tree_at:x} {at:x}\r')
    m.wait(r'highhalf: [0-9]+ ok, 0 FAIL')


@pytest.mark.parametrize('at', [0x44000000, 0x60000000, 0x7c000000])
def test_x2_ramdisk_of_another_loader(qemu, highhalf, tmp_path, at):
    """X2: booti of a packed Image beside a ramdisk that only the command knows."""
    packed, disk = tmp_path / 'k.gz', tmp_path / 'disk'
    header = struct.pack('<IIQQQQQQII', 0x14000000, 0, 0, 1 << 20, 0, 0, 0, 0, 0x644d5241, 0)
    packed.write_bytes(gzip.compress(header + os.urandom(8 << 20), 1))
    disk.write_bytes(os.urandom(1 << 20))
    m = qemu(loads=[(packed, at), (disk, at + 0x1000000)])
    m.prompt()
    m.send(f'booti {at:x} {at + 0x1000000:x}:100000\r')
    m.wait('Starting kernel')
    m.kill()


@pytest.mark.parametrize('at', [0x60000000, 0x7c000000])
def test_x2_other_packings(loft, highhalf, tmp_path, at):
    """X2: lz4 goes the same way."""
    plain, packed = tmp_path / 'plain', tmp_path / 'packed'
    plain.write_bytes(highhalf.read_bytes().ljust(1 << 20, b'\0') + os.urandom(8 << 20))
    subprocess.run(['lz4', '-q', '-f', str(plain), str(packed)], check=True)
    m = loft(loads=[(packed, at)])
    before = m.run_check(f'crc32 {at:x} {packed.stat().st_size:x}')
    said = m.run(f'bootelf -n {at:x}')
    assert 'ok   W^X' in said and 'FAIL' not in said
    assert m.run_check(f'crc32 {at:x} {packed.stat().st_size:x}') == before


# ---- I3: a load over another ----

def test_i3_a_load_over_another(loft, files):
    """I3: both names are said; what was partly written over is not booted, until it is loaded again."""
    where = files(kernel=0x300000, tree=0x1000, script=0x100)
    m = loft(extra=HOST)
    load = 'load hostfs - {} {}/{}'.format
    m.run_check(load('44000000', where, 'kernel'))
    said = m.run_check(load('44200000', where, 'tree'))
    assert 'tree at 0x44200000 lies over kernel, 0x44000000..0x442fffff, which is not booted now' in said
    for command in ('booti 44000000', 'bootelf 44000000', 'bootm 44000000', 'booti 48000000 44000000',
                    'bootelf -n -d 44000000 48000000'):
        m.run('mw.l 48000038 644d5241') if command.startswith('booti 48') else None
        assert 'the end of kernel was written over by tree' in m.run_fail(command), command
    # In the other order the tree is gone.
    said = m.run_check(load('441fff00', where, 'kernel'))
    assert 'kernel at 0x441fff00 lies over tree, 0x44200000..0x44200fff' in said and 'not booted' not in said
    # Again, or something else there: it is as new.
    assert 'lies over' in m.run_check(load('44000000', where, 'kernel'))
    assert 'written over' not in m.run_fail('booti 44000000')
    m.run_check(load('44200000', where, 'tree'))
    m.run_check('mw.b 44000000 0 40')
    assert 'written over' not in m.run_fail('booti 44000000')
    # The same place again is what scripts do all the time.
    m.run_check(load('50000000', where, 'script'))
    assert 'lies over' not in m.run_check(load('50000000', where, 'kernel'))


# ---- X8, X9 ----

@pytest.mark.parametrize('memory', ['16M', '64M', '126M', '127M'])
def test_x8_el3_with_little_memory(qemu, memory):
    """X8: a sentence, and what to give."""
    m = qemu(memory=memory, machine=',secure=on')
    m.wait(r'Loft: no DRAM at 0x47fffffc: entered at EL3, this board wants it up to there \(QEMU: -m 128M\)\r?\n')
    assert 'exception' not in m.text


@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_x9_entropy_that_never_comes(qemu, highhalf, tmp_path, cpu, dtb):  # noqa: F811
    """X9: 31 devices that do not answer cost two waits, not 62."""
    extra = ['-chardev', f'socket,id=c,path={tmp_path}/egd,server=on,wait=off']
    for i in range(31):
        extra += ['-chardev', f'socket,id=c{i},path={tmp_path}/egd{i},server=on,wait=off',
                  '-object', f'rng-egd,id=r{i},chardev=c{i}', '-device', f'virtio-rng-device,rng=r{i}']
    tree = dtb('', edit=lambda text: re.sub(r'\n\s*(kaslr|rng)-seed = [^;]*;', '', text))
    start = time.monotonic()
    text = qemu(kernel=highhalf, cpu=cpu, dtb=tree, extra=extra, timeout=60).finish()
    assert 'highhalf: ' in text
    assert text.count('gave no entropy') <= 2
    assert time.monotonic() - start < 20


# ---- R20 ----

def test_r20_files_of_the_host(loft, tmp_path):
    """R20: load with bytes and a position, save, size; both names of the interface."""
    data = os.urandom(0x12345)
    (tmp_path / 'in').write_bytes(data)
    m = loft(extra=HOST)
    for name in ('hostfs', 'semihosting'):
        m.run_check(f'size {name} - {tmp_path}/in')
        assert m.run('echo $filesize') == '12345'
        m.run_check(f'load {name} - 44000000 {tmp_path}/in 1000 345')
        assert m.run('echo $filesize $fileaddr') == '1000 44000000'
        assert f'{zlib.crc32(data[0x345:0x1345]):08x}' in m.run_check('crc32 44000000 1000')
        assert 'bytes written in' in m.run_check(f'save {name} - 44000000 {tmp_path}/out 1000')
        assert (tmp_path / 'out').read_bytes() == data[0x345:0x1345]
        m.run_check(f'save {name} - 44000000 {tmp_path}/out 10 ff8')
        assert (tmp_path / 'out').read_bytes() == data[0x345:0x133d] + data[0x345:0x355]
    m.run_check(f'save hostfs - 44000000 {tmp_path}/out 0')
    assert (tmp_path / 'out').read_bytes() == b''
    assert 'does not open' in m.run_fail(f'save hostfs - 44000000 {tmp_path}/none/out 1')
    assert 'not all DRAM' in m.run_fail(f'save hostfs - 7ffffff0 {tmp_path}/out 11')
    assert 'there is no disk virtio 0' in m.run_fail('save virtio 0:1 44000000 x 1')
    assert 'Usage' in m.run_fail('save hostfs - 44000000 x')


def test_r20_without_a_host(loft):
    """R20: nobody answers."""
    assert 'QEMU wants -semihosting' in loft().run_fail('save hostfs - 44000000 x 1')


def test_r20_log(loft):
    """R20: log format and log rec, as the test suite of U-Boot calls them."""
    m = loft()
    assert m.run_check('log format') == 'Log format: fm'
    rec = 'log rec arch {} file.c 123 func msg'.format
    assert m.run_check(rec('err')) == 'func() msg'
    m.run_check('log format all')
    assert m.run_check('log format') == 'Log format: clFLfm'
    assert m.run_check(rec('err')) == 'ERR.arch,file.c:123-func() msg'
    for letters, line in (('m', 'msg'), ('cm', 'arch, msg'), ('lm', 'ERR. msg'), ('Ffm', 'file.c:func() msg')):
        m.run_check('log format ' + letters)
        assert m.run_check(rec('3')) == line
    m.run_check('log format default')
    assert m.run_check(rec('err')) == 'func() msg'
    assert m.run_check(rec('notice')) == 'func() msg'
    assert m.run_check(rec('debug')) == ''
    m.run_check('log level err')
    assert m.run_check(rec('notice')) == ''
    m.run_check('log level arch=debug')
    assert m.run_check(rec('debug')) == 'func() msg'
    assert 'no level' in m.run_fail(rec('loud'))
    assert 'Usage' in m.run_fail('log format z')


# ---- C8, C9 ----

def test_c8_continue_past_a_fault(loft, assemble, tmp_path):
    """C8: gdb is told that nothing runs any more."""
    kernel = assemble('.globl _start\n_start: mov x1, #0x10\n ldr x0, [x1]\n b .\n',
                      'ENTRY(_start) PHDRS { text PT_LOAD FLAGS(5); } SECTIONS { . = 0xffffff8040200000;'
                      ' .text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text }')
    m = loft(loads=[(kernel, 0x48000000)])
    m.send('bootelf -g 48000000\r')
    m.wait(r'Starting application at 0x[0-9a-f]+ \.\.\. \(mapped, EL[12]\)\r?\n')
    line = Bridge(m, tmp_path / 'line')
    g = Gdb(f'file {kernel}', f'target remote {tmp_path / "line"}')
    try:
        g.go()
        g.stopped('SIGSEGV')
        g.go('stopped: reset the machine')
        g.stopped('Program terminated with signal SIGABRT')
    finally:
        g.close()
        line.close()


def test_c9_calls_that_nobody_takes(loft):
    """C9: a sentence, and the call that works."""
    m = loft()
    assert m.run_fail('smc 84000000') == 'smc: this machine has no EL3 that would take it; PSCI is called by hvc here'
    assert m.run_check('hvc 84000000').startswith('Res: ')
    m.kill()
    m = loft(el2=True)
    assert m.run_check('smc 84000000').startswith('Res: ')
    m.kill()
    m = loft(machine=',secure=on')
    assert m.run_check('smc 84000000').startswith('Res: ')
    assert m.run_fail('hvc 84000000') == 'hvc: this machine has no EL2 that would take it; PSCI is called by smc here'


def test_c9_loads_at_the_top(loft):
    """C9: whose it is, and where a load goes."""
    m = loft()
    for command in ('loadx', 'loady', 'loadb'):
        said = m.run_fail(f'{command} 7ffffff0')
        assert re.search(r'refused: 0x[0-9a-f]+\.\.0x7fffffff belongs to Loft; \$\{loadaddr\} is 0x4[0-9a-f]+', said), said
