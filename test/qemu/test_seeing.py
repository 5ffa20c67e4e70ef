# SPDX-License-Identifier: BSD-2-Clause
"""How long a boot takes, and what memory looks like: commands, what a kernel gets, and the pictures."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import ROOT

EARLY = ['MMU on', 'device tree read', 'map built', 'at home', 'signed on', 'environment']


def svg(script, text):
    made = subprocess.run([ROOT / 'scripts' / script], input=text, capture_output=True, text=True, check=True)
    return ElementTree.fromstring(made.stdout), made.stdout


def refused(script, text, *args):
    return subprocess.run([ROOT / 'scripts' / script, *args], input=text, capture_output=True, text=True)


def test_report(loft):
    m = loft()
    text = m.run_check('bootstage report')
    assert re.match(r'Timer summary in microseconds \(8 records\):\n       Mark    Elapsed  Stage\n'
                    r'          0          0  reset\n', text), text
    rows = re.findall(r'^ *([\d,]+) +([\d,]+)  (.*)$', text, re.M)
    assert [name for _, _, name in rows] == ['reset', *EARLY, 'prompt']
    marks = [int(mark.replace(',', '')) for mark, _, _ in rows]
    elapsed = [int(e.replace(',', '')) for _, e, _ in rows]
    assert marks == sorted(marks) and elapsed[1:] == [b - a for a, b in zip(marks, marks[1:])]
    assert 'Accumulated time:' in text
    stages = json.loads(m.run_check('bootstage report -j'))['stages']
    assert [(s['name'], s['us']) for s in stages] == [(name, mark) for (_, _, name), mark in zip(rows, marks)][1:]
    assert 'Usage:\nbootstage report' in m.run_fail('bootstage stash')


READER = '''
#include "include/loft/boot.h"
	.globl _start
_start:
	mov	x9, #0x09000000		/* print from the property's first byte to its NUL */
	add	x9, x9, x2
	ldr	w4, [x1, #4]
	rev	w4, w4
	add	x4, x1, x4		/* the tree's end */
	mov	x5, x1
	ldr	x6, =0x736567617473227b	/* {"stages */
1:	add	x5, x5, #4
	cmp	x5, x4
	b.hs	9f
	ldr	x7, [x5]
	cmp	x7, x6
	b.ne	1b
2:	ldrb	w7, [x5], #1
	cbz	w7, 9f
	str	w7, [x9]
	b	2b
9:	movz	x0, #0x8400, lsl #16
	movk	x0, #8
	hvc	#0
	b	.
LOFT_NOTE_BEGIN
LOFT_NOTE_PAIR(LOFT_NOTE_VIRT_START, 0xffffff8000000000)
LOFT_NOTE_PAIR(LOFT_NOTE_VA_BITS, 39)
LOFT_NOTE_END
'''
SCRIPT = '''
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); note PT_NOTE FLAGS(4); }
SECTIONS {
	. = 0xffffff8040400000;
	.text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text
	.note.loft : AT(ADDR(.note.loft) - 0xffffff8000000000) { KEEP(*(.note.loft)) } :text :note
}
'''


@pytest.mark.parametrize('smp', [1, 2])
def test_kernel_gets_it(qemu, assemble, smp):
    text = qemu(kernel=assemble(READER, SCRIPT), smp=smp).finish()
    found = json.loads(text[text.index('{"stages"'):])
    names = [s['name'] for s in found['stages']]
    assert names == [*EARLY, 'kernel found', 'planned', 'checked', 'loaded', 'hand-off'], names
    times = [s['us'] for s in found['stages']]
    assert times == sorted(times)


def test_dmesg(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)])
    assert 'entered at 0x0' not in m.text
    text = m.run_check('dmesg')
    assert re.search(r'^\[    0\.\d{6}\] Loft ', text, re.M), text
    assert re.search(r'\] loft: entered at 0x0, moved to 0x[0-9a-f]+$', text, re.M), 'not printed, but kept'
    assert m.run_check('dmesg') == text, 'commands are not kept'
    m.run_check('bootelf -n 50000000')
    text = m.run_check('dmesg')
    assert re.search(r'\] boot: image at 0x50000000: ELF.*\n.*entered at EL1, kernel at EL1', text), text
    m.run_check('dmesg -c')
    assert m.run_check('dmesg') == ''
    m.run_check('for i in 1 2 3 4; do bootelf -n 50000000; done')
    text = m.run_check('dmesg')
    assert 16000 < len(text) <= 16384 and text.startswith('['), 'the ring is full, and begins with a whole line'
    assert 'Usage:\ndmesg [-c]' in m.run_fail('dmesg now')


def test_log_levels(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)])
    assert m.run_check('log level') == 'warn'
    assert 'boot: ' not in m.run_check('bootelf -n 50000000')
    m.run_check('log level boot=info')
    assert m.run_check('log level') == 'warn boot=info'
    assert 'boot: image at 0x50000000: ELF' in m.run_check('bootelf -n 50000000')
    m.run_check('setenv loglevel "info boot=err"')
    assert m.run_check('log level') == 'info boot=err'
    assert 'boot: ' not in m.run_check('bootelf -n 50000000')
    m.run_check('setenv loglevel')
    assert m.run_check('log level') == 'warn boot=err'
    for number, name in ((0, 'err'), (3, 'err'), (4, 'warn'), (5, 'info'), (6, 'info'), (7, 'debug'), (9, 'debug')):
        m.run_check(f'log level {number} boot={number}')    # U-Boot's
        assert m.run_check('log level') == f'{name} boot={name}'
    m.run_check('log level warning boot=err')
    assert m.run_check('log level') == 'warn boot=err'
    assert m.run_fail('log level loud') == "log: 'loud' is no level: err, warn, info, debug, or module=level"
    assert m.run_fail('log level averylongname=err') == (
        "log: 'averylongname=err': a module's name has at most 11 characters")
    assert m.run_fail('setenv loglevel loud').startswith("loglevel: 'loud' is no level")
    assert 'Usage:\nlog level' in m.run_fail('log')


# From the node's name "loft-log@..." to the two cells of its address, and from the text's first byte to its end
LOG_READER = READER.replace('0x736567617473227b', '0x6f6c2d74666f6c').replace(
    'ldr	x7, [x5]', 'ldr	x7, [x5]\n	and	x7, x7, #0xffffffffffffff').replace('\n2:	ldrb', '''
	ldr	w7, [x5, #36]
	rev	w7, w7
	add	x5, x2, x7
	ldr	x6, [x5, #16]
	add	x5, x5, #32
	strb	wzr, [x5, x6]
2:	ldrb''')


def test_kernel_gets_the_log(qemu, assemble):
    """/reserved-memory/loft-log@..., as include/loft/boot.h has it."""
    text = qemu(kernel=assemble(LOG_READER, SCRIPT)).finish()
    kept = text[text.index('## Starting'):]
    assert re.search(r'\] Loft .*\n(.*\n)+.*\] boot: kernel \(QEMU -kernel\): ELF.*\n(.*\n)*.*\] ## Starting', kept), text


def test_bootchart(loft):
    m = loft()
    m.run_check('bootstage report -j')
    m.run_check('bootstage report -j')
    tree, text = svg('bootchart', m.text)
    assert '-, 2' in text or 'boot, 2' in text
    assert all(text.count(f'>{name} ') == 2 for name in EARLY), text
    assert len(tree.findall('.//{*}title')) == 2 * (len(EARLY) + 1)
    bad = refused('bootchart', 'nothing here')
    assert bad.returncode == 1 and bad.stderr == 'bootchart: no line of `bootstage report -j` in the input\n'


def test_memmap_svg(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)])
    m.run_check('memmap')
    m.run_check('mmu')
    tree, text = svg('memmap-svg', m.text)
    for label in ('>Loft, ', '>free, ', 'Loft text, r-x normal', 'devices, rw- device', '0000000040000000'):
        assert label in text, label
    assert len(tree.findall('.//{*}title')) > 8
    m.run_check('bootelf -n 50000000')
    tree, kernel = svg('memmap-svg', m.run_check('mmu -k'))
    assert '-&gt; 0x40' in kernel and 'r-x normal' in kernel, kernel
    bad = refused('memmap-svg', 'nothing here')
    assert bad.returncode == 1 and bad.stderr == 'memmap-svg: no output of `memmap` or `mmu` in the input\n'
