# SPDX-License-Identifier: BSD-2-Clause
"""Boots under the plugin of test/silicon, which plays the caches: nothing is found in Loft, and every fault in a
kernel with planted ones."""

import subprocess
import sys

import pytest

from conftest import CROSS, PAYLOADS, ROOT
from test_boot import checked

sys.path.insert(0, str(ROOT / 'test/silicon'))

import run                  # noqa: E402

QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
pytestmark = pytest.mark.skipif(not QEMU10.exists(), reason='no QEMU 10 (make qemu10)')


def described(findings):
    return '\n'.join(f'{f.rule} {f.place} x{f.times}: {f.what} {f.history}' for f in findings)


@pytest.fixture
def silicon(qemu, build, tmp_path, monkeypatch):
    """qemu() under the plugin; .nothing(*images): and nothing was found in what it ran."""
    monkeypatch.setattr('conftest.QEMU', str(QEMU10))
    found = tmp_path / 'found'
    so = run.plugin(str(build))

    def start(cold=False, **kw):
        kw['extra'] = [*kw.get('extra', ()), *run.arguments(so, found, cold)]
        return qemu(timeout=120, **kw)

    def nothing(*images):
        findings = run.results(found, [str(build / 'loft.elf'), *map(str, images)])
        assert not findings, described(findings)

    start.nothing, start.found = nothing, found
    return start


LEVELS = [pytest.param({}, id='el1'), pytest.param({'el2': True}, id='el2'),
          pytest.param({'machine': ',secure=on', 'cold': True}, id='el3-el1'),
          pytest.param({'machine': ',secure=on', 'el2': True, 'cold': True}, id='el3-el2')]


@pytest.mark.parametrize('level', LEVELS)
@pytest.mark.parametrize('cpu,smp', [('cortex-a57', 1), ('cortex-a57', 8), ('max', 2), ('cortex-a53', 2)])
def test_kernel(silicon, highhalf, level, cpu, smp):
    checked(silicon(kernel=highhalf, cpu=cpu, smp=smp, **level).finish())
    silicon.nothing(highhalf)


# A program for `go` that changes what the prompt has read and dirtied, and then returns or faults.
PROGRAM = '''
.global _start
_start:
    adr x1, data
    ldr x2, =0x1122334455667788
    str x2, [x1]
    {end}
    .balign 4096
data: .quad 0
'''


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('end', ['ret', 'udf #0'], ids=['returns', 'faults'])
def test_go(silicon, assemble, el2, end):
    """W4, W5: what a program stored with the MMU off is what `md` shows after it."""
    program = assemble(PROGRAM.format(end=end), flat=True)
    m = silicon(el2=el2, loads=[(program, 0x50000000)])
    m.prompt()
    m.run('md 50001000 10')         # the line is in the cache
    m.run('mw.q 50001040 5a5a')
    m.run('go 50000000')
    assert '55667788' in m.run('md.l 50001000 2')
    m.send('poweroff\r')
    m.finish()
    silicon.nothing()


PLANTED = {('A', 'planted_A'), ('X', 'planted_X'), ('B', 'planted_B'), ('D', 'planted_D'),
           ('G', 'planted_G_tlbi'), ('G', 'planted_G_ttbr'), ('C', 'planted_C')}


def test_planted(silicon, tmp_path):
    """Every fault of test/silicon/planted.S is named, by rule and symbol, and nothing else."""
    elf, flat = tmp_path / 'planted.elf', tmp_path / 'planted.bin'
    subprocess.run([CROSS + 'gcc', '-nostdlib', '-static', '-g', '-Wl,--build-id=none', '-Wl,-Ttext=0', '-o', str(elf),
                    str(ROOT / 'test/silicon/planted.S')], check=True)
    subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(elf), str(flat)], check=True)
    silicon(bios=flat).finish()
    findings = run.results(silicon.found, [str(elf)])
    assert {(f.rule, f.place.split()[0]) for f in findings} == PLANTED, described(findings)
    assert all('planted.S:' in f.place for f in findings), described(findings)
