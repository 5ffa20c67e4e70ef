# SPDX-License-Identifier: BSD-2-Clause
"""The kernels of test/payloads: each checks what it asked for, by its note or by how it is linked."""

import re
import subprocess

import pytest

from conftest import CROSS, ROOT
from test_boot import checked

MAPPED = ['identity', 'noat', 'nonote', 'idmap', 'console', 'fdtbase']
UNMAPPED = ['unmapped', 'unmapped-high']

# What stands in each report of a fault before the kernel has vectors: the words, and where.
FAULTS = {
    'null': ('translation fault', 'touch_read'),
    'text': ('permission fault', 'touch_write_store'),
    'rodata': ('permission fault', 'touch_write_store'),
    'exec': ('permission fault', 'a_return'),
    'jump': ('translation fault', '0x0000000000001000'),
    'hole': ('translation fault', 'touch_read'),
    'undef': ('unknown instruction', 'provoke_inner'),
    'brk': ('BRK', 'provoke_inner'),
    'svc': ('SVC', 'provoke_inner'),
    'stack': ('translation fault', 'provoke_inner'),
}


@pytest.fixture(scope='module')
def kernels(tmp_path_factory):
    out = tmp_path_factory.mktemp('payloads')
    subprocess.run(['make', '-s', '-C', str(ROOT / 'test/payloads'), f'O={out}', f'CROSS_COMPILE={CROSS}'],
                   check=True, timeout=300)
    return out


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('name', MAPPED)
def test_mapped(qemu, kernels, name, el2):
    checked(qemu(kernel=kernels / f'{name}.elf', el2=el2).finish())


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('name', UNMAPPED)
def test_unmapped(qemu, kernels, name, el2):
    text = qemu(kernel=kernels / f'{name}.elf', el2=el2).finish()
    assert f'EL{1 + el2}' in re.search('^unmapped: entered.*$', text, re.M)[0]
    assert re.search(r'^unmapped: [1-9]\d* ok, 0 FAIL$', text, re.M), text


def test_rwx_needs_w(loft, kernels):
    m = loft(kernel=kernels / 'rwx.elf')
    m.run('qfw load 50000000')
    m.send('bootelf -w 50000000\r')
    checked(m.finish())


@pytest.mark.parametrize('kind', FAULTS)
def test_early_fault(qemu, highhalf, kind):
    m = qemu(kernel=highhalf, append=f'fault={kind}')
    m.wait('stopped:')
    text = m.text
    words, where = FAULTS[kind]
    assert words in re.search('^fault: .*$', text, re.M)[0], text
    assert where in re.search('^  ELR .*$', text, re.M)[0], text


def test_unmapped_at_el1_over_el2_keeps_the_stub(loft, kernels):
    m = loft(loads=[(kernels / 'unmapped.elf', 0x48000000)], el2=True)
    text = m.run_check('bootelf -n -e 1 48000000')
    assert 'EL2 stub, reserved' in text and 'kernel at EL1, MMU off' in text, text
    m.send('bootelf -e 1 48000000\r')
    assert re.search(r'^unmapped: \d+ ok, 0 FAIL$', m.finish(), re.M)
