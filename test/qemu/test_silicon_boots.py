# SPDX-License-Identifier: BSD-2-Clause
"""More boots under the plugin of test/silicon: the ways to a kernel's early fault, other CPUs, VHE, the prompt."""

import re

import pytest

from test_boot import checked
from test_el3 import SECURE
from test_fault import FAULTS, LINKER, faulting
from test_silicon import LEVELS, pytestmark, silicon     # noqa: F401
from test_vhe import verdict

EL2 = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])


def stopped(m):
    """The machine stands; QEMU ends in order, and the plugin with it."""
    m.wait('stopped: reset the machine', timeout=60)
    m.process.terminate()
    m.process.wait(30)


@EL2
@pytest.mark.parametrize('name', FAULTS)
def test_early_fault(silicon, assemble, name, el2):     # noqa: F811
    kernel = assemble(faulting(FAULTS[name][0]), LINKER)
    stopped(silicon(kernel=kernel, el2=el2))
    silicon.nothing(kernel)


@pytest.mark.parametrize('level', LEVELS)
def test_parked(silicon, asking, level):                # noqa: F811
    """PARK_SECONDARIES: mailboxes."""
    checked(silicon(kernel=asking / 'park.elf', smp=4, **level).finish())
    silicon.nothing(asking / 'park.elf')


@pytest.mark.parametrize('machine', ['', SECURE], ids=['el2', 'el3'])
@pytest.mark.parametrize('smp', [1, 4])
def test_vhe(silicon, build, machine, smp):             # noqa: F811
    kernel = build / 'examples/highhalf/highhalf-el2.elf'
    verdict(silicon(kernel=kernel, el2=True, cpu='max', smp=smp, machine=machine, cold=bool(machine)).finish())
    silicon.nothing(kernel)


# Each level with one of two more, as what differs between the two is not what differs between the levels
@pytest.mark.parametrize('level,cpu,memory', [
    pytest.param(*level.values, *cpu, id=f'{level.id}-{cpu[0]}')
    for level, cpu in zip(LEVELS, 2 * [('cortex-a72', '128M'), ('cortex-a76', '256M')])])
def test_other_cpus(silicon, highhalf, level, cpu, memory):     # noqa: F811
    checked(silicon(kernel=highhalf, cpu=cpu, memory=memory, smp=2, **level).finish())
    silicon.nothing(highhalf)


@pytest.mark.parametrize('level', LEVELS)
def test_prompt(silicon, level):                        # noqa: F811
    """What commands do with memory, with faults and with other CPUs."""
    m = silicon(smp=2, **level)
    m.prompt()
    m.run('mw.l 50000000 12345678 1000; cp.l 50000000 50100000 1000; crc32 50100000 4000')
    assert re.search('fault', m.run('md 700000000 1'))
    m.run('cpu list')
    m.send('poweroff\r')
    m.finish()
    silicon.nothing()
