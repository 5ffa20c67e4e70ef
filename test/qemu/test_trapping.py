# SPDX-License-Identifier: BSD-2-Clause
"""Firmware that traps what Linux's boot requirements do not oblige it to grant (W1): Loft and its hand-off reach
the kernel, and say what they left alone."""

import re
import sys

import pytest

from conftest import CROSS, PAYLOADS, QEMU, ROOT

sys.path.insert(0, str(ROOT / 'test/silicon'))

import trapping             # noqa: E402

QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
AT, LOFT = 0x70000000, 0x50000000


@pytest.fixture
def trapped(qemu, build, tmp_path, monkeypatch):
    """Start Loft below the firmware, on a CPU with these features besides QEMU's -cpu max."""
    def start(features=trapping.FEATURES, level=2, kept=False, emulator=QEMU, more=(), linux=False, **kw):
        monkeypatch.setattr('conftest.QEMU', str(emulator))
        assert trapping.make(CROSS, build, tmp_path, features, kept) > 10
        firmware = trapping.shim(CROSS, ROOT, tmp_path, LOFT, level, linux)
        return qemu(machine=',secure=on', el2=level == 2, cpu='max', loads=[(tmp_path / 'loft.bin', LOFT), (firmware, AT), *more],
                    extra=['-device', f'loader,addr={AT:#x},cpu-num=0'], **kw)
    return start


def reaches(m):
    """The kernel, and nothing was trapped."""
    m.wait(r'(highhalf: \d+ ok, (\d+) FAIL|highhalf-el2: .*(\d+) FAIL|TRAP .*|^FAIL.*)', timeout=60)
    assert re.search(r'ok, 0 FAIL', m.text) and 'TRAP' not in m.text and 'firmware that traps' in m.text, m.text


EMULATORS = [pytest.param(QEMU, id='qemu7'),
             pytest.param(QEMU10, id='qemu10', marks=pytest.mark.skipif(not QEMU10.exists(), reason='no QEMU 10'))]
KERNELS = {'el1': (1, 'highhalf.elf'), 'el2': (2, 'highhalf.elf'), 'vhe': (2, 'highhalf-el2.elf')}


@pytest.mark.parametrize('emulator', EMULATORS)
@pytest.mark.parametrize('kept', [False, True], ids=['granted', 'buffers-kept'])
@pytest.mark.parametrize('way', KERNELS)
def test_all(trapped, build, way, kept, emulator):
    level, kernel = KERNELS[way]
    reaches(trapped(level=level, kept=kept, emulator=emulator, kernel=build / 'examples/highhalf' / kernel))


@pytest.mark.parametrize('feature', ['none', *trapping.FEATURES])
def test_each(trapped, highhalf, feature):
    reaches(trapped([feature], kernel=highhalf))


def test_says_what_it_left_alone(trapped):
    """And a register that is trapped really is: the command `sysreg` may name any."""
    m = trapped()
    m.prompt()
    said = m.run_check('el2 writes')
    for reg in ('MPAM2_EL2', 'SCTLR2_EL1', 'LORC_EL1'):
        assert re.search(rf'^ *{reg} .*left alone: the firmware at EL3 may trap it', said, re.M), said
    m.send('sysreg MPAM1_EL1\r')
    m.wait('TRAP MPAM1_EL1')


@pytest.mark.parametrize('body', ['msr S3_0_C10_C4_3, xzr', 'msr oslar_el1, xzr', 'mrs x0, S3_3_C13_C0_7'],
                         ids=['LORC_EL1', 'OSLAR_EL1', 'SCXTNUM_EL0'])
def test_the_emulator_traps(trapped, assemble, body):
    """Of the registers that it has: planted accesses are seen."""
    program = assemble(f'.global _start\n_start: {body}\n ret\n', flat=True)
    m = trapped(more=[(program, 0x60000000)])
    m.prompt()
    m.send('go 60000000\r')
    m.wait('TRAP [0-9a-f]{16}')


@pytest.mark.payload
@pytest.mark.parametrize('level', [1, 2], ids=['el1', 'el2'])
def test_linux(trapped, payloads, level):
    """Its own first instructions touch no more than the firmware grants: the shim is no stricter than silicon."""
    m = trapped(features=['none'], level=level, linux=True, kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz',
                append='console=ttyAMA0 panic=-1')
    m.wait(r'(userspace reached|TRAP .*|Kernel panic)', timeout=120)
    assert 'userspace reached' in m.text, m.text
