# SPDX-License-Identifier: BSD-2-Clause
"""`mmu`: Loft's own translation tables and a planned kernel's, listed, walked and audited."""

import re

import pytest

from elfbuild import BASE, VIRT, Elf, Segment, R, W, X

FILE = 0x48000000
UART = 0x9000000
HOLE = 0x700000000     # above every device and all DRAM of a 1 GiB machine
MACHINES = [pytest.param(el2, cpu, id=f'el{1 + el2}-{cpu}')
            for el2 in (False, True) for cpu in ('cortex-a57', 'max')]
RUN = re.compile(r'^  ([0-9a-f]{16})-([0-9a-f]{16})  ([0-9a-f]{12})-([0-9a-f]{12})  (r[w-][x-])  (\w+) ((?: +\d+x\d+[KMGT])+)'
                 r'(?: +(.+))?$', re.M)
UNITS = {'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30, 'T': 1 << 40}


def runs(text):
    """(first VA, last VA, first PA, rights, type, name) of every range listed; its blocks must add up to it."""
    found = []
    for va, end, pa, last, rights, kind, leaves, name in RUN.findall(text):
        va, end, pa, last = (int(n, 16) for n in (va, end, pa, last))
        size = sum(int(n) * int(s) * UNITS[u] for n, s, u in re.findall(r'(\d+)x(\d+)([KMGT])', leaves))
        assert size == end - va + 1 == last - pa + 1, (text, va)
        found.append((va, end, pa, rights, kind, name))
    assert found == sorted(found) and found, text
    assert all(a[1] < b[0] for a, b in zip(found, found[1:])), 'ranges overlap'
    return found


def lookup(found, va):
    return next((r for r in found if r[0] <= va <= r[1]), None)


@pytest.mark.parametrize('el2,cpu', MACHINES)
def test_list(loft, el2, cpu):
    m = loft(el2=el2, cpu=cpu)
    text = m.run_check('mmu')
    assert text == m.run_check('mmu list')
    el = 1 + el2
    for register in ('SCTLR', 'TCR', 'MAIR', 'TTBR0'):
        assert re.search(rf'^{register}_EL{el} +0x[0-9a-f]{{16}}', text, re.M), text
    assert ('TTBR1_EL1' in text) == (not el2)
    assert re.search(r'M 1  C 1  I 1', text) and 'TTBR0 39 bits 4K' in text
    found = runs(text)
    assert lookup(found, UART)[2:5] == (UART, 'rw-', 'device')
    assert lookup(found, 0x41000000)[3:5] == ('rw-', 'normal')
    assert {r[5] for r in found if 'x' in r[3]} == {'Loft text'}
    assert all(r[0] == r[2] for r in found), 'an identity map'
    assert re.search(r"^TTBR0, Loft's own: \d+ tables of 4096 bytes, root 0x[0-9a-f]+$", text, re.M)


@pytest.mark.parametrize('el2,cpu', MACHINES)
def test_walk(loft, el2, cpu):
    """Step by step, the same as the hardware's answer; where nothing is mapped, the same fault."""
    m = loft(el2=el2, cpu=cpu)
    text = next(r for r in runs(m.run('mmu')) if r[5] == 'Loft text')[0]
    for va, rights, kind in ((UART + 0x18, 'rw-', 'device nGnRE'), (0x41234567, 'rw-', 'normal write-back'),
                             (text + 4, 'r-x', 'normal write-back')):
        out = m.run_check(f'mmu walk {va:x}')
        assert re.search(r'^  level 1  0x[0-9a-f]{12}\[\d+\] +0x[0-9a-f]{16}  table$', out, re.M), out
        assert re.search(rf'^tables    PA 0x{va:012x}  {rights}  {kind}  leaf \d+[KM]$', out, re.M), out
        assert re.search(rf'^hardware  PA 0x{va:012x}  {rights[:2]}   {kind}$', out, re.M), out
        assert re.search(r'^ok   they agree$', out, re.M), out
    for va in (0, HOLE, 1 << 39, 1 << 52, 0xffffff8040000000, 0xffffffffffffffff):
        out = m.run_fail(f'mmu walk {va:x}')
        assert re.search(r'^tables    (not mapped|in neither half|walks of this half are disabled)', out, re.M), out
        assert re.search(r'^hardware  translation fault, level \d$', out, re.M), out
        assert re.search(r'^ok   they agree$', out, re.M), out


@pytest.mark.parametrize('el2,cpu', MACHINES)
def test_audit(loft, el2, cpu):
    m = loft(el2=el2, cpu=cpu)
    text = m.run_check('mmu audit')
    assert all(line.startswith('ok   ') for line in text.splitlines()), text
    for promise in ('W^X', 'page 0', 'guard page of the stack', 'guard page of the fault stack', 'device',
                    "Loft's text", 'nothing but text executes', 'the hardware agrees'):
        assert promise in text, promise


def test_refusals(loft):
    m = loft()
    assert 'hexadecimal' in m.run_fail('mmu walk xyz')
    assert '64 bits' in m.run_fail('mmu walk 10000000000000000')
    for wrong in ('mmu walk', 'mmu walk 1 2', 'mmu nonsense', 'mmu list 1', 'mmu audit 1', 'mmu -k -k'):
        assert 'Usage' in m.run_fail(wrong), wrong
    for command in ('mmu -k', 'mmu -k list', 'mmu -k walk 0', 'mmu -k audit'):
        assert m.run_fail(command) == 'mmu: no kernel with an MMU is planned: bootelf -n first', command


@pytest.mark.parametrize('el2,cpu', MACHINES)
def test_planned_kernel(loft, highhalf, el2, cpu):
    """What bootelf -n planned can be looked at, is the tables of its report, and blocks no later boot."""
    m = loft(loads=[(highhalf, FILE)], el2=el2, cpu=cpu)
    report = m.run_check(f'bootelf -n {FILE:x}')
    free = m.run('memmap')
    text = m.run_check('mmu -k')
    found = runs(text)
    assert found == runs(report)
    entry = int(re.search(r'PC +0x([0-9a-f]+)', report)[1], 16)
    assert lookup(found, entry)[3:5] == ('r-x', 'normal')
    assert re.search(r'^TCR_EL1 .*TTBR0 off, TTBR1 \d+ bits 4K', text, re.M), text

    walk = m.run_check(f'mmu -k walk {entry:x}')
    assert re.search(rf'^tables    PA 0x{lookup(found, entry)[2] + entry - lookup(found, entry)[0]:012x}  r-x', walk, re.M)
    assert 'hardware' not in walk, 'these tables are not in force'
    assert 'not mapped' in m.run_fail(f'mmu -k walk {VIRT + HOLE:x}')
    assert 'disabled' in m.run_fail('mmu -k walk 41000000')

    audit = m.run_check('mmu -k audit')
    assert all(line.startswith('ok   ') for line in audit.splitlines()), audit
    promised = re.findall(r'^ok .*$', report, re.M)
    assert audit.splitlines()[:len(promised)] == promised
    assert m.run('memmap') == free
    m.send(f'bootelf {FILE:x}\r')
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', m.finish(), re.M)


def test_planned_kernel_keeps_idmap(loft, highhalf):
    m = loft(loads=[(highhalf, FILE)])
    m.run_check(f'bootelf -n -o FLAGS=KEEP_IDMAP {FILE:x}')
    text = m.run_check('mmu -k')
    high, low = text.split('TTBR0, kept')
    assert lookup(runs(high), VIRT + 0x41000000) and lookup(runs(low), 0x41000000)
    assert 'PA 0x000041000000' in m.run_check('mmu -k walk 41000000')
    m.run_check('mmu -k audit')


def test_planned_tables_written_over(loft, highhalf):
    """Their memory is free: what is written there is noticed, and nothing is walked through it."""
    m = loft(loads=[(highhalf, FILE)])
    m.run_check(f'bootelf -n {FILE:x}')
    root = re.search(r'root 0x([0-9a-f]+)', m.run_check('mmu -k'))[1]
    m.run_check(f'mw.q {root} {int(root, 16) | 3:x} 100')
    for command in ('mmu -k', 'mmu -k audit', f'mmu -k walk {VIRT:x}'):
        assert m.run_fail(command) == 'mmu: the planned tables were written over: bootelf -n again'
    m.run_check(f'bootelf -n {FILE:x}')
    m.run_check('mmu -k audit')


def test_nothing_planned_unmapped(loft, highhalf):
    """A kernel that is entered with the MMU off has no tables, and takes the place of the one before it."""
    m = loft(loads=[(highhalf, FILE)])
    m.run_check(f'bootelf -n {FILE:x}')
    m.run_check('mmu -k')
    m.run(f'bootelf -n -u {FILE:x}')
    assert 'no kernel with an MMU is planned' in m.run_fail('mmu -k')


def test_planned_kernel_with_wx(loft, tmp_path):
    """-w: W+X is there by the user's wish, and the list shows it."""
    file = tmp_path / 'wx.elf'
    file.write_bytes(Elf([Segment(flags=R | W | X)]).bytes())
    m = loft(loads=[(file, FILE)])
    m.run_check(f'bootelf -n -w {FILE:x}')
    assert lookup(runs(m.run_check('mmu -k')), VIRT + BASE)[3] == 'rwx'
    assert 'ALLOW_WX' in m.run_check('mmu -k audit')


def test_left_out_windows_are_said(loft, highhalf):
    """QEMU's 512 GiB of PCI memory have no room in 39 bits: the dry run says so, an ordinary boot does not."""
    m = loft(loads=[(highhalf, FILE)])
    assert 'register windows are not mapped' in m.run_check(f'bootelf -n {FILE:x}')
    m.send(f'bootelf {FILE:x}\r')
    assert m.finish().count('register windows are not mapped') == 1
