# SPDX-License-Identifier: BSD-2-Clause
"""ENTRY_EL 2: kernels that are entered at EL2 with VHE, refused where that cannot be, and reported when they fault."""

import re

import pytest

from conftest import built
from test_el2 import writes
from test_geometry import GEOMETRIES
from test_geometry import kernel as geometry     # noqa: F401: a fixture
from test_fault import FAULTS, LINKER, faulting, is_report

CPUS = ['max', 'cortex-a76', 'neoverse-n1']

# The note of LINKER's kernels: ENTRY_EL 2
NOTE = '''
	.section .note.loft, "a"
	.balign 4
	.word 5, 16, 1
	.asciz "Loft"
	.balign 4
	.quad 4, 2
'''
SCRIPT = LINKER.replace('data PT_LOAD FLAGS(6);', 'data PT_LOAD FLAGS(6); note PT_NOTE FLAGS(4);').replace(
    '. = . + 8; } :data', '''. = . + 8; } :data
	.note.loft : AT(ADDR(.note.loft) - 0xffffff8000000000) { KEEP(*(.note.loft)) } :data :note''')


@pytest.fixture
def kernel(build):
    return build / 'examples/highhalf/highhalf-el2.elf'


def verdict(text):
    found = re.search(r'^highhalf: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert found and found[2] == '0' and int(found[1]) > 80, text


@pytest.mark.align
@pytest.mark.parametrize('memory', ['128M', '4G'])
@pytest.mark.parametrize('cpu', CPUS)
def test_boots(qemu, kernel, cpu, memory):
    text = qemu(kernel=kernel, el2=True, cpu=cpu, memory=memory).finish()
    assert ', EL2\n' in text, text
    verdict(text)


def test_boots_with_a_gicv3(qemu, kernel):
    verdict(qemu(kernel=kernel, el2=True, cpu='max', machine=',gic-version=3').finish())


def test_keep_idmap(loft, kernel):
    """TTBR0's half is EL2's as well: KEEP_IDMAP leaves it on."""
    m = loft(loads=[(kernel, 0x48000000)], el2=True, cpu='max')
    m.run_check('setenv bootargs idmap')
    m.send('bootelf -o FLAGS=KEEP_IDMAP 48000000\r')
    verdict(m.finish())


@pytest.mark.parametrize('secure', [False, True], ids=['el2', 'el3'])
@pytest.mark.parametrize('granule,bits', GEOMETRIES, ids=lambda v: str(v))
def test_geometries(loft, geometry, granule, bits, secure):     # noqa: F811
    m = loft(loads=[(geometry(granule, bits, 'smc'), 0x48000000)], el2=True, cpu='max',
             machine=',secure=on' if secure else '')
    m.send('bootelf -e 2 48000000\r')
    assert m.finish().endswith('... (mapped, EL2)\nG'), m.text


@pytest.mark.parametrize('name', ['identity', 'idmap', 'console', 'noat'])
def test_what_a_kernel_may_ask(loft, asking, name):
    """Every kernel of test/payloads finds at EL2 what it asks for; only its own check for EL1 fails."""
    m = loft(loads=[(asking / f'{name}.elf', 0x48000000)], el2=True, cpu='max')
    assert 'FAIL' not in m.run_check('bootelf -n -e 2 48000000')
    m.send('bootelf -e 2 48000000\r')
    m.wait(r"FAIL CurrentEL is the note's ENTRY_EL")
    text, found = m.wait(r'ok   the image lies in no reservation')
    assert 'FAIL' not in text, text


@pytest.mark.parametrize('el2,cpu,why', [
    (True, 'cortex-a57', r'ENTRY_EL 2: this CPU has no VHE \(ID_AA64MMFR1_EL1 0x0\)'),
    (False, 'cortex-a57', r'ENTRY_EL 2: Loft runs at EL1, EL2 is not reachable from there'),
    (False, 'max', r'ENTRY_EL 2: Loft runs at EL1, EL2 is not reachable from there')])
def test_refused(qemu, kernel, el2, cpu, why):
    m = qemu(kernel=kernel, el2=el2, cpu=cpu)
    said = m.prompt()
    assert re.search(why, said) and 'Starting' not in said, said
    assert m.run('echo on') == 'on'


def test_option(loft, highhalf, kernel):
    """-e goes before the note: each kernel then finds itself at the other EL, and everything else as promised."""
    for file, el, at in ((highhalf, 2, 0x8), (kernel, 1, 0x4)):
        m = loft(loads=[(file, 0x48000000)], el2=True, cpu='max')
        if el == 1:
            m.send('bootelf -e 1 48000000\r')
            m.wait(rf"FAIL CurrentEL is the note's ENTRY_EL: (0x)?0*{at:x}")
        else:
            m.send('bootelf -e 2 48000000\r')
            m.wait(rf"FAIL CurrentEL is the note's ENTRY_EL: (0x)?0*{at:x}")
        m.kill()
    m = loft(loads=[(highhalf, 0x48000000)])
    assert 'ENTRY_EL 2: Loft runs at EL1' in m.run_fail('bootelf -e 2 48000000')


def test_dry_run(loft, kernel):
    m = loft(loads=[(kernel, 0x48000000)], el2=True, cpu='neoverse-n1')
    text = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in text and 'kernel at EL2 with VHE, MMU on' in text, text
    assert re.search(r'SPSR 0x3c9', text) and re.search(r'TTBR1_EL2 0x[0-9a-f]+', text), text
    assert re.search(r'HCR_EL2 0x488000002  CPTR_EL2 0x300000  CNTHCTL_EL2 0xc00', text), text
    assert 'VBAR_EL2 0xffffff' in text and 'EL2 stub' not in text, text
    text = m.run_check('mmu -k')
    assert re.search(r'^TCR_EL2 .* TTBR0 off, TTBR1 39 bits 4K', text, re.M), text
    assert re.search(r'^TTBR1_EL2 +0x0*[1-9a-f]', text, re.M), text
    text = m.run_check('mmu -k walk ffffff8040200000')
    assert 'by TTBR1_EL2' in text and 'FAIL' not in m.run_check('mmu -k audit'), text


def test_command(loft):
    m = loft(el2=True, cpu='max')
    text = m.run_check('el2 vhe')
    held = writes(text)
    assert held['HCR_EL2'] & (1 << 34 | 1 << 27) == 1 << 34 | 1 << 27
    assert held['CNTHCTL_EL2'] == 0xc00 and held['CPTR_EL2'] & 0x300000 == 0x300000
    assert re.search(r"^yes +CPTR_EL2 .*CPACR_EL1's", text, re.M) and 'no VHE' not in text
    m = loft(el2=True, cpu='cortex-a57')
    assert 'no VHE' in m.run_check('el2 vhe')


@pytest.mark.parametrize('name', FAULTS)
def test_kernel_faults_early(qemu, assemble, name):
    """The same report as at EL1, from EL2."""
    body, kind, why, far = FAULTS[name]
    m = qemu(kernel=assemble(faulting(body) + NOTE, SCRIPT), el2=True, cpu='max')
    m.wait('stopped: reset the machine', timeout=20)
    text = m.text
    is_report(text, kind)
    assert 'at EL2 (synchronous, current EL, SP_ELx)' in text, text
    assert re.search(why, text, re.I) and re.search(r'deeper\+0x[0-9a-f]+', text), text
    assert re.search(r'_start\+0x[0-9a-f]+', text), f'no backtrace to _start:\n{text}'
    assert '0000000000004242' in text, 'x20 is shown'
    if far:
        assert re.search(far, text), text
    if name == 'unmapped-high':
        assert re.search(r'walk of FAR.*not mapped\n +level 1 +table 0x[0-9a-f]+\[\d+\] .*invalid', text), text


@pytest.mark.parametrize('body,kind', [
    # nothing below EL2: an HVC is the kernel's own
    ('mov x0, #0\n\thvc #0', 'HVC'),
    # Loft's report uses FP registers, whatever the kernel did to CPTR_EL2
    ('msr cptr_el2, xzr\n\tisb\n\tfmov d0, xzr', 'FP|SIMD'),
    ('mov x1, #0x1c1\n\tmsr cptr_el2, x1\n\tisb\n\t.word 0', 'undefined|unknown')])
def test_faults_of_el2(qemu, assemble, body, kind):
    m = qemu(kernel=assemble(faulting(body) + NOTE, SCRIPT), el2=True, cpu='max')
    m.wait('stopped: reset the machine', timeout=20)
    is_report(m.text, kind)
    assert 'at EL2 (' in m.text and re.search(r'deeper\+0x[0-9a-f]+', m.text), m.text


@pytest.fixture(scope='module')
def fixed():
    """Loft as it treats a CPU whose HCR_EL2.E2H is fixed at 1; no emulated CPU is one."""
    return built('e2h', options=['CONFIG_DEBUG_E2H=y'])


class TestFixed:
    def test_boots(self, qemu, kernel, fixed):
        verdict(qemu(kernel=kernel, el2=True, cpu='max', bios=fixed).finish())

    def test_kernel_at_el1_is_refused(self, qemu, highhalf, fixed):
        m = qemu(kernel=highhalf, el2=True, cpu='max', bios=fixed)
        said = m.prompt()
        assert 'ENTRY_EL 1: HCR_EL2.E2H is fixed at 1 on this CPU, kernels are entered at EL2 only' in said, said
        assert 'Starting' not in said
        text = m.run('md 700000000 1')      # a fault of Loft's own, in the EL2&0 regime
        is_report(text, 'data abort')
        assert 'not mapped' in text and 'fixed at 1' in m.run_check('el2 vhe')

    @pytest.mark.payload
    def test_linux(self, qemu, payloads, fixed):
        """An Image finds HCR_EL2.E2H set, as it would on such a CPU, and runs its hypervisor in VHE mode."""
        text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', el2=True, cpu='max', bios=fixed,
                    append='console=ttyAMA0 panic=-1', timeout=120).finish()
        assert 'VHE mode initialized' in text and 'userspace reached' in text, text

    def test_early_fault(self, qemu, assemble, fixed):
        m = qemu(kernel=assemble(faulting(FAULTS['unmapped-high'][0]) + NOTE, SCRIPT), el2=True, cpu='max', bios=fixed)
        m.wait('stopped: reset the machine', timeout=20)
        is_report(m.text, 'data abort')
        assert 'at EL2' in m.text and 'not mapped' in m.text

    def test_without_vhe_it_changes_nothing(self, qemu, highhalf, fixed):
        text = qemu(kernel=highhalf, el2=True, cpu='cortex-a57', bios=fixed).finish()
        assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M), text
