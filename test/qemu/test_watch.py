# SPDX-License-Identifier: BSD-2-Clause
"""The kernel writer's loop: files of the host by semihosting, and a kernel that boots when it changes."""

import re
import shutil
import time

import pytest

from conftest import built

SEMIHOSTING = ('-semihosting-config', 'enable=on,target=native')
BOTH = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])


@BOTH
def test_load_hostfs(loft, tmp_path, el2):
    file = tmp_path / 'file'
    file.write_bytes(bytes(range(256)) * 300)
    m = loft(el2=el2, extra=SEMIHOSTING)
    assert '76800 bytes read' in m.run_check(f'load hostfs - 41000000 {file}')
    assert m.run('echo $fileaddr $filesize') == '41000000 12c00'
    assert m.run('md.b 41012bf8 8').startswith('41012bf8: f8 f9 fa fb fc fd fe ff')
    m.run_check(f'setenv bootfile {file}; setenv loadaddr 42000000')
    m.run_check('load hostfs -')
    assert m.run('md.b 42000000 4').startswith('42000000: 00 01 02 03')
    assert 'does not open' in m.run_fail(f'load hostfs - 41000000 {tmp_path}/none')
    (tmp_path / 'empty').write_bytes(b'')
    assert 'empty' in m.run_fail(f'load hostfs - 41000000 {tmp_path}/empty')
    assert 'Loft' in m.run_fail(f'load hostfs - 7ff80000 {file}')


def test_progress(loft, tmp_path):
    """A transfer of more than a second says how far it is. With a microsecond an instruction this one takes three."""
    file = tmp_path / 'large'
    with open(file, 'wb') as f:
        f.truncate(1 << 30)
    m = loft(memory='2G', extra=['-semihosting', '-icount', 'shift=10,sleep=off'])
    m.send(f'load hostfs - 40200000 {file}\r')
    text = m.prompt(timeout=120)
    seen = re.findall(r'([\d.]+ MiB) of 1 GiB, ([\d.]+ [MK]iB/s)', text)
    assert len(seen) >= 2, text
    assert re.search(r'^1073741824 bytes read in [1-9]\d{3} ms \([\d.]+ [MGK]iB/s\)$', text, re.M), text
    m.send(f'load hostfs - 40200000 {file}\r')
    m.wait('of 1 GiB')
    m.send('\x03')
    assert 'EINTR' in m.prompt(timeout=60) or '<INTERRUPT>' in m.text


@BOTH
def test_no_semihosting(loft, el2):
    m = loft(el2=el2)
    assert '-semihosting' in m.run_fail('load hostfs - 41000000 x')
    assert '-semihosting' in m.run_fail('watch hostfs x')
    assert m.run('echo on') == 'on'


def test_c6_no_such_file(loft, tmp_path):
    """It says what it waits for, and Ctrl-C ends it."""
    m = loft(extra=SEMIHOSTING)
    m.send(f'watch hostfs {tmp_path}/nosuch.elf\r')
    m.wait('nosuch.elf')
    m.wait('waiting for it')
    m.send('\x03')
    m.prompt()


def test_what_cannot_be_watched(loft):
    m = loft()
    assert 'reads -kernel once' in m.run_fail('watch qfw')
    assert 'tftp: which file?' in m.run_fail('watch tftp')
    assert '${ipaddr} is not set' in m.run_fail('watch http http://10.0.2.2/x')
    assert 'Usage' in m.run_fail('watch')


@BOTH
def test_watch(loft, build, tmp_path, el2):
    """A file that is no kernel is refused; when it becomes one, it boots. A half-written one is not taken."""
    file = tmp_path / 'kernel.elf'
    kernel = (build / 'examples/highhalf/highhalf.elf').read_bytes()
    file.write_bytes(b'not a kernel')
    m = loft(el2=el2, extra=SEMIHOSTING)
    m.send(f'watch hostfs {file}\r')
    m.wait('waiting for it to change')
    file.unlink()
    time.sleep(1)
    file.write_bytes(kernel[:len(kernel) // 2])
    time.sleep(0.2)
    other = tmp_path / 'new'
    other.write_bytes(kernel)
    shutil.move(other, file)
    m.wait(f'{len(kernel)} bytes, crc32')
    m.wait('ok, 0 FAIL')


def test_watch_ends(loft, build, tmp_path):
    m = loft(extra=SEMIHOSTING)
    m.send(f'watch hostfs {tmp_path}/none\r')
    time.sleep(0.5)
    m.send('\x03')
    m.prompt()
    assert m.run('echo on') == 'on'
    assert 'watch' not in m.run('memmap')


# ---- CONFIG_RETURN_TO_LOADER

@pytest.fixture(scope='module')
def returning():
    """Loft with CONFIG_RETURN_TO_LOADER."""
    return built('return', options=['CONFIG_RETURN_TO_LOADER=y'])


LINKER = """
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); }
SECTIONS { . = 0xffffff8040200000; .text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text }
"""
OFF = 'ldr w0, =0x84000008\n\tsmc #0\n\tb .'
ABORT = 'mov x20, #{n}\n\tmov x1, #0x10\n\tldr x0, [x1]\n\tb .'


def program(body):
    return f'\t.globl _start\n\t.type _start, %function\n_start:\n\t{body}\n'


@BOTH
@pytest.mark.parametrize('image', [False, True], ids=['flash', 'dram'])
def test_fault_returns(qemu, assemble, returning, el2, image):
    """An early fault is reported, Loft starts again, as often as one likes, and keeps the report."""
    kernel = assemble(program(ABORT.format(n=0x4242)), LINKER)
    how = {'bios': False, 'kernel': returning} if image else {'bios': returning}
    m = qemu(el2=el2, loads=[(kernel, 0x50000000)], **how)
    m.prompt()
    assert 'no kernel has come back' in m.run_fail('fault')
    for _ in range(3):
        m.send('bootelf 50000000\r')
        m.wait('fault: ')
        m.wait('Back from a kernel')
        m.prompt()
        text = m.run_check('fault')
        assert 'data abort' in text and '0000000000004242' in text and '_start+0x8' in text
    assert f'entered at EL{1 + el2}' in m.text
    memory = m.run_check('memmap')
    assert 'Loft to return to' in memory and "last kernel's report" in memory
    m.run_check('mw.l 41000000 55; md.l 41000000 1; setenv a b; printenv a')


@pytest.mark.parametrize('machine', ['', ',secure=on'], ids=['el2', 'el3'])
def test_power_off_returns(qemu, build, returning, machine):
    """Over EL2 a kernel's SYSTEM_OFF comes back; its other calls to PSCI are the firmware's, with their results."""
    m = qemu(el2=True, machine=machine, bios=returning,
             loads=[(build / 'examples/highhalf/highhalf.elf', 0x48000000)])
    m.prompt()
    for _ in range(2):
        m.send('bootelf 48000000\r')
        m.wait('ok, 0 FAIL')
        m.wait('the kernel powers the machine off')
        m.wait('Back from a kernel')
        m.prompt()
        assert 'powers the machine off' in m.run_check('fault')
    m.send('poweroff\r')
    m.finish()


def test_other_cpus_forbid_it(qemu, assemble, returning):
    """A kernel that left CPUs running is not returned from: the machine powers off, as it asked."""
    kernel = assemble(program("""
	ldr w0, =0xc4000003
	mov x1, #1
	adr x2, spin
	ldr x3, =0xffffff8000000000
	sub x2, x2, x3
	mov x3, #0
	smc #0
1:	ldr w0, =0xc4000004
	mov x1, #1
	mov x2, #0
	smc #0
	cbnz x0, 1b
	""" + OFF + '\nspin:\tb spin'), LINKER)
    m = qemu(el2=True, smp=2, bios=returning, loads=[(kernel, 0x48000000)])
    m.prompt()
    m.send('bootelf 48000000\r')
    m.wait('no return: CPU 0x1 still runs')


def test_damaged_copy(qemu, assemble, returning):
    """A kernel that has written over Loft's copy is not returned from."""
    m = qemu(bios=returning, extra=SEMIHOSTING)
    m.prompt()
    copy = int(re.search(r'([0-9a-f]{8,}).*Loft to return to', m.run_check('memmap'))[1], 16)
    kernel = assemble(program(f'ldr x1, ={copy + 0xffffff8000000000 + 0x8000:#x}\n\tstr x1, [x1]\n\t'
                              + ABORT.format(n=1)), LINKER)
    m.run_check(f'load hostfs - 50000000 {kernel}')
    m.send('bootelf 50000000\r')
    m.wait("no return: the kernel has written over Loft's copy")
    m.wait('stopped: reset the machine')


@BOTH
def test_watch_goes_on(qemu, assemble, returning, tmp_path, el2):
    """The whole loop: edit, make, watch it boot, without a key."""
    file = tmp_path / 'kernel.elf'
    shutil.copy(assemble(program(ABORT.format(n=1)), LINKER), file)
    m = qemu(el2=el2, bios=returning, extra=SEMIHOSTING)
    m.prompt()
    m.send(f'watch hostfs {file}\r')
    for n in (2, 3, 4):
        m.wait('x20 000000000000000' + str(n - 1))
        m.wait('Back from a kernel')
        m.wait('waiting for .* to change')
        other = assemble(program(ABORT.format(n=n)), LINKER)
        shutil.copy(other, tmp_path / 'new')
        shutil.move(tmp_path / 'new', file)
    m.wait('waiting for .* to change')
    m.send('\x03')
    m.prompt()
    assert m.run('echo on') == 'on'
