# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel may ask for: the kernels of test/payloads, by their note and by bootelf's options."""

import re

import pytest


def verdict(text, name='highhalf'):
    found = re.search(rf'^{name}: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert found, text
    assert found[2] == '0' and int(found[1]) > 5, text


@pytest.mark.align
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('kernel', ['identity', 'noat', 'nonote', 'idmap', 'console', 'fdtbase', 'unmapped',
                                    'unmapped-high'])
def test_note(qemu, asking, kernel, el2):
    text = qemu(kernel=asking / f'{kernel}.elf', el2=el2).finish()
    verdict(text, 'unmapped' if kernel.startswith('unmapped') else 'highhalf')
    if kernel.startswith('unmapped'):
        assert f', EL{1 + el2}' in text


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_rwx_is_refused_and_the_option_named(qemu, asking, el2):
    m = qemu(kernel=asking / 'rwx.elf', el2=el2)
    assert re.search(r'segment 0.*-w', m.prompt()), m.text
    assert m.run('echo on') == 'on'


def booted(m, command, name='highhalf'):
    m.send(command + '\r')
    text = m.finish()
    found = re.search(rf'^{name}: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert found, text
    return text, int(found[2])


@pytest.mark.parametrize('option', ['-w', '-o FLAGS=ALLOW_WX', '-o FLAGS=4'])
def test_rwx_with_the_option(loft, asking, option):
    """It runs; that its own audit then finds writable code is what it asked for."""
    m = loft(loads=[(asking / 'rwx.elf', 0x48000000)])
    booted(m, f'bootelf {option} 48000000')


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_options_for_a_kernel_without_a_note(loft, asking, el2):
    m = loft(loads=[(asking / 'nonote.elf', 0x48000000)], el2=el2)
    text, failed = booted(m, 'bootelf -o VA_BITS=39,STACK_SIZE=65536 48000000')
    assert failed == 0, text


def test_unmapped_by_option(loft, asking):
    """-u enters the physical address: the kernel that is linked high and position-independent says so."""
    m = loft(loads=[(asking / 'unmapped-high.elf', 0x48000000)], el2=True)
    text, failed = booted(m, 'bootelf -u 48000000', 'unmapped')
    assert failed == 0, text


@pytest.mark.parametrize('kernel', ['identity', 'noat', 'nonote', 'idmap', 'console', 'fdtbase'])
def test_dry_run(loft, asking, kernel):
    m = loft(loads=[(asking / f'{kernel}.elf', 0x48000000)], el2=True, cpu='max')
    text = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in text and re.search(r'^ok\b', text, re.M), text


def test_registers_by_option(qemu, loft, assemble):
    """-r gives x0..x7 of a kernel with a register contract of its own."""
    source = """
	.globl _start
_start:
	ldr x9, =0x1122334455667788
	cmp x4, x9
	b.ne bad
	cmp x7, #9
	b.ne bad
	cbnz x5, bad
	mov w0, #'G'
	b put
bad:	mov w0, #'B'
put:	ldr x1, =0xffffff8009000000
	str w0, [x1]
	ldr x0, =0x84000008
	hvc #0
	b .
"""
    script = """ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); }
SECTIONS { . = 0xffffff8040200000; .text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text }"""
    m = loft(loads=[(assemble(source, script), 0x48000000)])
    m.send('bootelf -r x4=1122334455667788,x7=9 48000000\r')
    assert m.finish().rstrip().endswith('G')
