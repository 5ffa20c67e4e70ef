# SPDX-License-Identifier: BSD-2-Clause
"""Commands about the machine: registers, calls, clock, pins, caches, exceptions."""

import re
import time

import pytest

WORLDS = [pytest.param(False, 'cortex-a57', id='el1'), pytest.param(True, 'max', id='el2')]


@pytest.mark.parametrize('el2,cpu', WORLDS)
@pytest.mark.parametrize('kind,report', [
    ('breakpoint', 'BRK from AArch64: 0x0'),
    ('branch', 'PC alignment fault'),
    ('execute', 'instruction abort, same EL: permission fault, level 3'),
    ('illegal', 'illegal execution state'),
    ('null', 'data abort, same EL: translation fault, level 3, read'),
    ('svc', 'SVC from AArch64: 0x0'),
    ('unaligned', 'data abort, same EL: alignment fault, read'),
    ('undefined', 'unknown instruction or state'),
    ('write', 'data abort, same EL: permission fault, level 3, write')])
def test_exception(loft, el2, cpu, kind, report):
    m = loft(el2=el2, cpu=cpu)
    text = m.run_fail(f'exception {kind}')
    assert f'fault: {report}, in Loft\n' in text, text
    assert re.search(r'^  ELR 0x[0-9a-f]{16}', text, re.M), text
    assert m.run_check('echo still here') == 'still here'


def test_exception_list(loft):
    m = loft()
    names = [line.split()[0] for line in m.run_check('exception').splitlines()]
    assert names == sorted(names) and {'undefined', 'unaligned', 'breakpoint'} <= set(names)
    # QEMU does not check the alignment of SP; a CPU does.
    assert m.run_fail('exception stack') == 'exception: this CPU lets a load by an unaligned stack pointer pass'
    assert 'Usage:\nexception [<kind>]' in m.run_fail('exception nosuch')


@pytest.mark.parametrize('el2,cpu', WORLDS)
def test_sysreg(loft, el2, cpu):
    m = loft(el2=el2, cpu=cpu)
    names = m.run_check('sysreg').split()
    assert names == sorted(names) and len(names) > 210
    text = m.run_check('sysreg currentel')
    assert text == f'CurrentEL        0x000000000000000{8 if el2 else 4}\n  EL {1 + el2}', text
    regime = f'sctlr_el{1 + el2}'
    assert re.search(r'  M 1$', m.run_check(f'sysreg {regime}'), re.M)
    text = m.run_check('sysreg id_aa64mmfr')     # all that begin so
    assert [line.split()[0] for line in text.splitlines() if line.startswith('ID_')] == [
        f'ID_AA64MMFR{i}_EL1' for i in range(5)]
    assert re.search(r'PARange 4|PARange 6', text), text
    # Every register is read or refused, whatever this CPU has, and the session goes on.
    for name in names:
        said = m.run(f'sysreg {name}')
        assert re.match(rf'{name} +(0x[0-9a-f]{{16}}|needs EL2, Loft runs at EL1$|is not on this CPU, or is trapped$)',
                        said), said
        assert 'fault' not in said
    if not el2:
        assert m.run_fail('sysreg hcr_el2') == 'HCR_EL2          needs EL2, Loft runs at EL1'
        assert m.run_fail('sysreg zcr_el1') == 'ZCR_EL1          is not on this CPU, or is trapped'
    assert m.run_fail('sysreg nosuch') == "sysreg: no register begins with 'nosuch': `sysreg` lists them"


def test_date(loft):
    m = loft()
    shape = r'Date: (\d{4}-\d\d-\d\d) \((\w+)\)    Time: (\d\d:\d\d:\d\d)'
    date, day, _ = re.fullmatch(shape, m.run_check('date')).groups()
    # The emulator's clock is the host's, and a midnight may pass.
    assert (date, day) in [(time.strftime('%Y-%m-%d', t), time.strftime('%A', t))
                           for t in (time.gmtime(time.time() - 60), time.gmtime())]
    assert m.run_check('date 022912302024.15').startswith('Date: 2024-02-29 (Thursday)    Time: 12:30:1')
    assert m.run_check('date reset').startswith('Date: 1970-01-01 (Thursday)    Time: 00:00:0')
    assert m.run_fail('date 022912302023') == 'date: month 2 of 2023 has no day 29'
    assert m.run_fail('date noon') == "date: 'noon' is no date: it is MMDDhhmm[[CC]YY][.ss]"


def test_gpio(loft):
    m = loft(machine=',acpi=off')
    assert m.run_check('gpio set 2') == 'gpio: pin 2 (gpio 2) value is 1'
    assert m.run_check('gpio toggle 2') == 'gpio: pin 2 (gpio 2) value is 0'
    assert m.run_check('gpio status 2') == 'gpio: pin 2 (pl061@9030000 line 2): output, value is 0'
    assert m.run_check('gpio input 3') == 'gpio: pin 3 (gpio 3) value is 0'
    assert len(m.run_check('gpio status').splitlines()) == 8
    assert m.run_fail('gpio set 8') == "gpio: there is no pin '8': `gpio status` has those that are there"
    assert 'Usage:\ngpio <input|set' in m.run_fail('gpio set')
    m = loft()      # with ACPI tables QEMU has no PL061
    assert m.run_fail('gpio status') == 'gpio: the device tree has no controller that Loft knows'


def test_firmware_calls(loft):
    m = loft()
    assert m.run_check('hvc 84000000') == 'Res:  65537 0 0 0'
    assert m.run_check('hvc 8400000a 12345678') == 'Res:  -1 305419896 0 0'
    assert m.run_fail('smc 84000000') == 'smc: this machine has no EL3 that would take it; PSCI is called by hvc here'
    m = loft(machine=',secure=on')
    assert m.run_check('smc 84000000') == 'Res:  65537 0 0 0'
    assert m.run_fail('smc xyz').startswith("smc: 'xyz' is not a hexadecimal number")
    assert 'Usage:\nsmc <fid>' in m.run_fail('smc')


@pytest.mark.parametrize('el2,cpu', WORLDS)
def test_caches(loft, el2, cpu):
    m = loft(el2=el2, cpu=cpu)
    assert m.run_check('dcache') == 'Data (writethrough) Cache is ON'
    assert m.run_check('icache') == 'Instruction Cache is ON'
    assert m.run_check('icache off; icache') == 'Instruction Cache is OFF'
    assert m.run_check('icache on; icache flush; icache') == 'Instruction Cache is ON'
    assert m.run_check('dcache on; dcache flush 40200000 1001; dcache flush') == ''
    assert m.run_fail('dcache off').startswith('dcache: it stays on')
    assert 'pass the end of the address space' in m.run_fail('dcache flush fffffffffffff000 2000')
