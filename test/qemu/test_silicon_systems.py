# SPDX-License-Identifier: BSD-2-Clause
"""Under the plugin of test/silicon: other people's kernels, the Pis, a return to the loader, gdb, and devices that see no
caches."""

import sys

import pytest

from conftest import ROOT
from test_aarch32 import CALLS, zimage
from test_boards import LOAD, image, kernels, pi        # noqa: F401
from test_silicon import described, pytestmark, QEMU10, silicon     # noqa: F401
from test_watch import ABORT, LINKER, program, returning            # noqa: F401

sys.path.insert(0, str(ROOT / 'test/silicon'))

import boots                # noqa: E402
import run                  # noqa: E402


def ended(m):
    """QEMU ends in order, and the plugin with it; meanwhile a kernel may print more than the socket holds."""
    m.process.terminate()
    m.finish(30)


def names(findings):
    return {(f.rule, f.place.split('+')[0].split()[0]) for f in findings}


# What is found in Debian's Linux 6.1 as far as it gets here, and is true: doc/silicon.md says why
LINUX = {('F', 'vmemmap_pud_populate')}
# and in Xen 4.17, which has no symbols
XEN = {'F', 'G'}


def is_patched(finding):
    """An instruction that was patched, and is executed on the way to its own clean or IC."""
    return finding.rule == 'E' and any(w in finding.history[0] for w in ('copy_to_kernel_nofault', 'alt_cb_patch_nops'))


@pytest.mark.payload
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_linux(silicon, payloads, build, el2):          # noqa: F811
    """Until both CPUs run."""
    m = silicon(kernel=payloads / 'Image', el2=el2, smp=2, append='earlycon=pl011,0x9000000 nokaslr', strict=False)
    m.wait('SMP: Total of 2 processors activated', 120)
    ended(m)
    findings = run.results(silicon.found, [payloads / 'Image', build / 'loft.elf'])
    assert names(f for f in findings if not is_patched(f)) == LINUX, described(findings)
    assert names(filter(is_patched, findings)) >= {('E', '__set_fixmap')}, described(findings)


@pytest.mark.payload
def test_xen(silicon, payloads, build):                 # noqa: F811
    m = silicon(kernel=payloads / 'xen', append='console=dtuart noreboot', el2=True, smp=2, strict=False)
    m.wait(r'\(XEN\) Brought up 2 CPUs', 120)
    ended(m)
    findings = run.results(silicon.found, [payloads / 'xen', build / 'loft.elf'])
    assert {f.rule for f in findings} == XEN and {f.place for f in findings} == {'?'}, described(findings)


@pytest.mark.parametrize('machine', ['', ',secure=on'], ids=['el2', 'el3'])
def test_aarch32(silicon, tmp_path, machine):           # noqa: F811
    """Up to the hand-over; CPU_ON and the calls through the stub at EL2, or the monitor."""
    text = silicon(kernel=zimage(tmp_path, CALLS), el2=True, machine=machine, cold=bool(machine), smp=2).finish()
    assert 't32.context=12345678' in text, text
    silicon.nothing()


@pytest.mark.parametrize('el', [2, 3], ids=['el2', 'el3'])
@pytest.mark.parametrize('machine', ['raspi3b', 'raspi4b'])
def test_pi(pi, image, kernels, build, tmp_path, monkeypatch, machine, el):     # noqa: F811
    """Four CPUs: at EL2 from the firmware's spin table, at EL3 Loft's own."""
    monkeypatch.setattr('test_boards.QEMU', str(QEMU10))
    found = tmp_path / 'found'
    m = pi(machine, el=el, loads=[(kernels / 'noat.elf', LOAD)],
           extra=run.arguments(run.plugin(str(build)), found, cold=el == 3, host=el != 3))
    m.send(f'bootelf {LOAD:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL', 60)
    assert m.child.match[2] == '0' and 'highhalf: 3 further CPUs' in m.text, m.text
    ended(m)
    findings = run.results(found, [kernels / 'noat.elf', image(machine).with_suffix('.elf')])
    assert not findings, described(findings)


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_return_to_loader(silicon, assemble, returning, el2):       # noqa: F811
    kernel = assemble(program(ABORT.format(n=0x4242)), LINKER)
    m = silicon(el2=el2, bios=returning, loads=[(kernel, 0x50000000)])
    m.prompt()
    for _ in range(2):
        m.send('bootelf 50000000\r')
        m.wait('Back from a kernel')
        m.prompt()
    m.send('poweroff\r')
    m.finish()
    silicon.nothing(kernel, returning.with_suffix('.elf'))


@pytest.mark.parametrize('name', ['gdb-el1', 'gdb-el2', 'virtio', 'virtio-pci', 'virtio-net', 'virtio-net-pci', 'nvme', 'ahci'])
def test_boot(build, tmp_path, name):
    """gdb's page; and disks and networks that see no caches (nor does fw_cfg)."""
    boot = next(b for b in boots.BOOTS if b.name == name)
    wrong, findings = boot.run(build, build / 'loft.bin', run.plugin(str(build)), tmp_path, timeout=90)
    run.report.place(findings, [build / 'loft.elf'])
    assert wrong is None and not findings, f'{wrong}\n{described(findings)}'
