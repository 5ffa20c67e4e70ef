# SPDX-License-Identifier: BSD-2-Clause
"""Boots under the plugin of test/silicon, which plays the caches: nothing is found in Loft, and every fault in a
kernel with planted ones."""

import subprocess
import sys

import pytest

from conftest import CROSS, PAYLOADS, ROOT
from test_boot import checked
from test_fdt_input import dtb              # noqa: F401

sys.path.insert(0, str(ROOT / 'test/silicon'))

import run                  # noqa: E402

QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
pytestmark = [pytest.mark.skipif(not QEMU10.exists(), reason='no QEMU 10 (make qemu10)'), pytest.mark.whole]


def described(findings):
    return '\n'.join(f'{f.rule} {f.place} x{f.times}: {f.what} {f.history}' for f in findings)


@pytest.fixture
def silicon(qemu, build, tmp_path, monkeypatch):
    """qemu() under the plugin; .nothing(*images): and nothing was found in what it ran."""
    monkeypatch.setattr('conftest.QEMU', str(QEMU10))
    found = tmp_path / 'found'
    so = run.plugin(str(build))

    def start(cold=False, nomap=None, strict=True, host=None, **kw):
        host = strict and not cold if host is None else host    # Loft may be a guest wherever caches are not cold
        kw['extra'] = [*kw.get('extra', ()), *run.arguments(so, found, cold, nomap, strict, host=host)]
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
@pytest.mark.parametrize('cpu,smp', [('cortex-a57', 8), ('max', 1), ('cortex-a53', 2)])
def test_kernel(silicon, highhalf, level, cpu, smp):
    checked(silicon(kernel=highhalf, cpu=cpu, smp=smp, **level).finish())
    silicon.nothing(highhalf)


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_no_map(silicon, dtb, highhalf, el2):     # noqa: F811
    """W8: memory that the tree excepts is at no time mapped so that a CPU may speculate into it."""
    tree = dtb("""reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
                  secure@7ff00000 { reg = <0 0x7ff00000 0 0x100000>; no-map; }; };""")
    checked(silicon(kernel=highhalf, dtb=tree, el2=el2, nomap='7ff00000:80000000').finish())
    silicon.nothing(highhalf)


@pytest.mark.parametrize('x0', ['0x09000000', '0x0a000000'])
def test_x0_is_a_device(silicon, assemble, highhalf, x0):
    """U4: what an earlier stage left in x0 leads to a device, and is not mapped as memory."""
    before = assemble(f'.global _start\n_start: ldr x0, ={x0}\n mov x1, xzr\n br x1\n', flat=True)
    checked(silicon(kernel=highhalf, nomap='08000000:0c000000', loads=[(before, 0x50000000)],
                    extra=['-device', 'loader,addr=0x50000000,cpu-num=0']).finish())
    silicon.nothing(highhalf)


# A program for `go` that changes what the prompt has read and dirtied, and then returns or faults.
PROGRAM = '''
.global _start
_start:
    adr x1, data
    ldr x2, =0x1122334455667788
    str x2, [x1]
    stp x1, x2, [sp, #-16]!         /* and leaves something in Loft's stack */
    ldp x1, x2, [sp], #16
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
           ('G', 'planted_G_tlbi'), ('G', 'planted_G_ttbr'), ('C', 'planted_C'),
           ('G', 'planted_G_walk'), ('G', 'planted_G_sev'), ('G', 'planted_G_fp'), ('G', 'planted_G_par'),
           ('G', 'planted_G_dc'), ('F', 'planted_F'), ('F', 'planted_F_link'), ('F', 'planted_F_zero'), ('S', 'planted_S'),
           ('E', 'planted_E'), ('T', 'planted_T'), ('T', 'planted_T_tlbi'), ('N', 'planted_N')}


def test_planted(silicon, tmp_path):
    """Every fault of test/silicon/planted.S is named, by rule and symbol, and nothing else."""
    elf, flat = tmp_path / 'planted.elf', tmp_path / 'planted.bin'
    subprocess.run([CROSS + 'gcc', '-nostdlib', '-static', '-g', '-Wl,--build-id=none', '-Wl,-Ttext=0', '-o', str(elf),
                    str(ROOT / 'test/silicon/planted.S')], check=True)
    subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(elf), str(flat)], check=True)
    silicon(bios=flat, nomap='80000000:80001000', strict=False).finish()
    findings = run.results(silicon.found, [str(elf)])
    assert {(f.rule, f.place.split()[0]) for f in findings} == PLANTED, described(findings)
    assert all('planted.S:' in f.place for f in findings), described(findings)


# Loads with its MMU on what it stored past the cache; its line was dropped before the store, @again behind it, too.
GUEST = '''
.global _start
_start:
    ldr x0, =0x40100000
    dc ivac, x0
    add x7, x0, #0x10000
    dc ivac, x7
    dsb sy
    str x0, [x0]
    ldr x2, =0x00000705
    ldr x3, =0x40000705
    stp x2, x3, [x7]
    dsb sy
    dc ivac, x7
    {again}
    dsb sy
    ldr x1, =0xff44
    msr mair_el1, x1
    ldr x1, =0x100803519
    msr tcr_el1, x1
    msr ttbr0_el1, x7
    isb
    tlbi vmalle1
    dsb nsh
    isb
    mov x1, #0x1005
    msr sctlr_el1, x1
    isb
    ldr x1, [x0]
    ldr x0, =0x84000008
    hvc #0
'''


@pytest.mark.parametrize('again', [False, True], ids=['once', 'again'])
@pytest.mark.parametrize('host', [False, True], ids=['bare', 'guest'])
def test_host(silicon, assemble, host, again):
    """A host that has a guest's memory mapped cacheable brings lines into the cache that the guest has dropped."""
    flat = assemble(GUEST.format(again='dc ivac, x0' if again else ''), flat=True)
    silicon(bios=flat, host=host).finish()
    findings = run.results(silicon.found, [str(flat.with_suffix('.elf'))])
    assert [f.rule for f in findings] == ['B'] * (host and not again), described(findings)
