# SPDX-License-Identifier: BSD-2-Clause
"""The gdb stub, by Debian's gdb-multiarch: Loft itself, and a kernel's first instructions."""

import re
import socket
import subprocess
import time

import pytest

from conftest import ROOT
from gdb import Bridge, Gdb

BOTH = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
HOLE = 0x700000000


@pytest.fixture
def attach(tmp_path, build):
    """attach(machine): a gdb on its console, with Loft's symbols, and the bridge between them."""
    made = []

    def start(m, *commands, path=None):
        line = re.search(r'add-symbol-file build/loft.elf (-o 0x[0-9a-f]+)', m.run('gdbinfo'))[1]
        m.send('gdb\r')
        m.wait('Ctrl-C gives up\r?\n')
        bridge = None if path else Bridge(m, tmp_path / 'line')
        made.append(Gdb(f'add-symbol-file {build}/loft.elf {line}', *commands,
                        f'target remote {path or tmp_path / "line"}'))
        return made[-1], bridge

    yield start
    for g in made:
        g.close()


@BOTH
def test_session(loft, attach, el2):
    """Registers, a breakpoint in Loft that the next command meets, steps, bad memory, back to the prompt."""
    m = loft(el2=el2)
    g, line = attach(m)
    frames = g.run('backtrace')       # by .debug_frame: gdb's reading of prologues went round for ever
    assert 'do_gdb' in frames and frames.count('loft_main') == 1
    assert g.value('$pc') == g.value('(long)debug_enter + 4')
    assert g.value('($cpsr >> 2) & 3') == 1 + el2
    assert 'Breakpoint 1 at' in g.run('break do_echo')
    g.go('loft=> ')
    line.type('echo hello\r')
    g.stopped('Breakpoint 1, do_echo')
    assert g.value('argc') == 2
    assert '"hello"' in g.run('print argv[1]')
    g.go('loft=> ')                   # from a breakpoint, without a step between
    line.type('echo hello\r')
    g.stopped('Breakpoint 1, do_echo')
    at = g.value('$pc')
    g.run('stepi')
    assert g.value('$pc') == at + 4
    g.run('stepi')
    assert 'do_echo' in g.run('backtrace')
    assert 'Cannot access memory' in g.run(f'x/wx {HOLE:#x}')
    assert 'Cannot access memory' in g.run(f'set var *(int *){HOLE:#x} = 1')
    assert '0xedfe0dd0' in g.run('x/wx 0x40000000')
    g.run('set var *(int *)0x41000000 = 0x12345678')
    assert g.value('*(unsigned char *)0x41000001') == 0x56
    was = g.value('$x20')
    g.run('set var $x20 = 0x4711')
    assert g.value('$x20') == 0x4711
    g.run(f'set var $x20 = {was:#x}')
    g.run('delete')
    g.go()
    g.child.expect('hello')           # what the console prints comes to gdb
    time.sleep(0.3)
    g.child.sendintr()
    g.stopped('SIGINT')
    assert 'console_getc' in g.run('backtrace')
    assert 'detached' in g.run('detach')
    line.close()
    m.send('\r')
    m.prompt()
    assert m.run('md.l 41000000 1').startswith('41000000: 12345678')


@BOTH
def test_steps_in_a_copy(loft, attach, el2):
    """The copy's data is in vector registers between its loads and its stores; the stub copies things, too."""
    m = loft(el2=el2, loads=[(ROOT / 'README.md', 0x41000000)])
    g, line = attach(m)
    g.run('break mem_copy')
    g.go('loft=> ')
    line.type('cp.b 41000000 42000000 1000\r')
    g.stopped('Breakpoint 1, mem_copy')
    for _ in range(60):
        g.run('stepi')
    g.run('delete')
    g.go('loft=> ')
    time.sleep(0.3)
    g.child.sendintr()
    g.stopped('SIGINT')
    g.run('detach')
    line.close()
    m.send('\r')
    m.prompt()
    assert m.run_check('cmp.b 41000000 42000000 1000') == 'Total of 4096 byte(s) were the same'


@BOTH
def test_hardware_points(loft, attach, el2):
    m = loft(el2=el2)
    g, line = attach(m)
    assert 'Hardware assisted breakpoint 1' in g.run('hbreak do_echo')
    assert 'Hardware watchpoint 2' in g.run('watch *(int *)0x41000000')
    g.go('loft=> ')
    line.type('echo a\r')
    g.stopped('Breakpoint 1, do_echo')
    g.go('loft=> ')
    line.type('mw.l 41000000 5\r')
    text = g.stopped('atchpoint 2')
    assert 'New value = 5' in text
    g.run('delete')
    g.run('detach')
    line.close()
    m.send('\r')
    m.prompt()
    assert m.run('echo on') == 'on'


def test_fault_under_gdb(loft, attach):
    """A fault of a command comes to gdb first; then it is reported as ever, and the session goes on."""
    m = loft()
    g, line = attach(m)
    g.go('loft=> ')
    line.type(f'md {HOLE:x} 1\r')
    g.stopped('SIGSEGV')
    assert 'do_md' in g.run('backtrace')
    g.go()
    g.child.expect('fault: ')
    g.child.expect('loft=> ')
    g.child.sendintr()
    g.stopped('SIGINT')
    g.run('detach')
    line.close()
    m.send('\r')
    m.prompt()
    m.run(f'md {HOLE:x} 1')           # and without gdb it is a report at once
    assert m.run('echo on') == 'on'


def test_nobody_comes(loft):
    m = loft()
    m.send('gdb\r')
    m.wait('Ctrl-C gives up\r?\n')
    m.send('\x03')
    m.prompt()
    assert m.run('echo on') == 'on'
    assert '0x' in m.run('gdbinfo')


def test_nobody_comes_to_a_kernel(loft, build):
    """Ctrl-C then lets it run as without -g."""
    m = loft(loads=[(build / 'examples/highhalf/highhalf.elf', 0x48000000)])
    m.send('bootelf -g 48000000\r')
    m.wait(r'Starting application at 0x[0-9a-f]+ \.\.\. \(mapped, EL[12]\)\r?\n')
    m.send('\x03')
    assert '0 FAIL' in m.finish()


def test_detach_at_a_breakpoint(loft, attach):
    m = loft()
    g, line = attach(m)
    g.run('break do_echo')
    g.go('loft=> ')
    line.type('echo hello\r')
    g.stopped('Breakpoint 1, do_echo')
    g.run('detach')
    line.close()
    m.send('\r')
    m.prompt()
    assert 'fault' not in m.run('echo on')


def test_noise_and_naks(loft):
    """The line by hand: a damaged packet gets a NAK, an unknown one an empty answer."""
    m = loft()
    m.send('gdb\r')
    m.wait('Ctrl-C gives up\r?\n')
    m.send('hello\r\n$?#00')
    m.wait('-', literal=True)
    m.send('$?#3f')
    m.wait(r'\+\$S05#b8')
    m.send('+$vMustReplyEmpty#3a')
    m.wait(r'\+\$#00')
    m.send('+$D#44')
    m.wait(r'\+\$OK#9a')
    m.send('+')
    m.prompt()
    assert m.run('echo on') == 'on'


@pytest.mark.align
def test_second_uart(qemu, build, tmp_path):
    """From QEMU 9 on a second -serial is a UART of its own: the console stays a console."""
    path = tmp_path / 'second'
    m = qemu(loads=[(build / 'examples/highhalf/highhalf.elf', 0x48000000)],
             extra=['-chardev', f'socket,id=gdb,path={path},server=on,wait=off', '-serial', 'chardev:gdb'])
    m.prompt()
    if 'only UART' in m.run('gdb listen'):
        pytest.skip('this QEMU has one UART')
    off = re.search(r'-o (0x[0-9a-f]+)', m.run('gdbinfo'))[1]
    g = Gdb(f'add-symbol-file {build}/loft.elf -o {off}', f'target remote {path}', 'break do_echo')
    try:
        assert 'console_getc' in g.run('backtrace')
        g.go()
        m.send('echo hello\r')
        g.stopped('Breakpoint 1, do_echo')
        g.run('delete')
        g.go()
        m.wait('hello\r\n', literal=True)
        m.prompt()
        g.child.sendintr()
        g.stopped('SIGINT')
        g.run('detach')
        assert m.run('echo on') == 'on'
        m.send('bootelf -g 48000000\r')
        m.wait(r'Starting application at 0x[0-9a-f]+ \.\.\. \(mapped, EL[12]\)\r?\n')
        g.run(f'file {build}/examples/highhalf/highhalf.elf')
        g.run(f'target remote {path}')
        g.run('break kernel_main')
        g.go()
        g.stopped('Breakpoint 2, (0x[0-9a-f]+ in )?kernel_main')
        g.run('delete')
        g.go()
        m.wait('ok, 0 FAIL')
    finally:
        g.close()


# ---- a kernel's first instructions

KERNELS = [pytest.param(False, 'highhalf.elf', 'cortex-a57', id='el1'),
           pytest.param(True, 'highhalf.elf', 'cortex-a57', id='el1-over-el2'),
           pytest.param(True, 'highhalf-el2.elf', 'max', id='el2-vhe')]


@pytest.mark.parametrize('el2, name, cpu', KERNELS)
def test_kernel(loft, build, tmp_path, el2, name, cpu):
    """bootelf -g: stopped at its entry, stepped, breakpoints in the high half; then it runs as ever."""
    kernel = build / 'examples/highhalf' / name
    m = loft(el2=el2, cpu=cpu, loads=[(kernel, 0x48000000)])
    m.send('bootelf -g 48000000\r')
    m.wait(r'Starting application at 0x[0-9a-f]+ \.\.\. \(mapped, EL[12]\)\r?\n')
    line = Bridge(m, tmp_path / 'line')
    g = Gdb(f'file {kernel}', f'target remote {tmp_path / "line"}')
    try:
        assert g.value('$pc') == g.value('(long)_start')
        assert g.value('$x3') == 0x15446_4f4c
        assert g.value('$x30') == 0
        first = g.run('x/2i $pc')
        assert 'brk' not in first
        g.run('stepi')
        assert g.value('$pc') == g.value('(long)_start + 4')
        for _ in range(5):
            g.run('stepi')
        g.run('break kernel_main')
        g.go()
        g.stopped('Breakpoint 1, (0x[0-9a-f]+ in )?kernel_main')
        assert g.value('$sp') > 0xffff << 48
        assert 'Cannot access memory' in g.run('x/wx 0xffffffffff000000')
        assert 'Cannot access memory' in g.run('x/wx 0')
        g.run('stepi')
        g.run('set var $x27 = 0x4711')
        g.run('delete')
        g.run('detach')
    finally:
        g.close()
    m.raw += line.close()
    if 'ok, 0 FAIL' not in m.text:
        m.wait('ok, 0 FAIL')
    assert ' FAIL ' not in m.text.replace('0 FAIL', '')


def test_kernel_faults_under_gdb(loft, assemble, tmp_path):
    """An abort comes to gdb as SIGSEGV; `continue` prints the report as without gdb."""
    source = """
	.globl _start
	.type _start, %function
_start:
	mov x20, #0x4242
	mov x1, #0x10
	ldr x0, [x1]
	b .
"""
    script = """
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); }
SECTIONS { . = 0xffffff8040200000; .text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text }
"""
    kernel = assemble(source, script)
    m = loft(loads=[(kernel, 0x48000000)])
    m.send('bootelf -g 48000000\r')
    m.wait(r'Starting application at 0x[0-9a-f]+ \.\.\. \(mapped, EL[12]\)\r?\n')
    line = Bridge(m, tmp_path / 'line')
    g = Gdb(f'file {kernel}', f'target remote {tmp_path / "line"}')
    try:
        g.go()
        g.stopped('SIGSEGV')
        assert g.value('$x20') == 0x4242
        assert g.value('$pc') == g.value('(long)_start + 8')
        g.run('set var $x1 = 0xffffff8040200000')
        g.run('stepi')
        assert g.value('$x0') == g.value('*(long *)_start')
        g.run('set var $pc = (long)_start + 4')
        g.go()
        g.stopped('SIGSEGV')
        g.child.sendline('continue')
        g.child.expect('stopped: reset the machine')
    finally:
        g.close()
    assert 'data abort' in ''.join(bytes.fromhex(h).decode('latin-1')
                                   for h in re.findall(r'\$O([0-9a-f]*)#', line.close()))


def test_kernel_without_vectors(loft, build):
    m = loft(loads=[(build / 'examples/highhalf/highhalf.elf', 0x48000000)])
    assert 'cannot be stopped' in m.run_fail('bootelf -g -u 48000000')
    m.run_check('bootelf -l 48000000')
    assert 'add-symbol-file KERNEL.elf\n' in m.run('gdbinfo') + '\n'
