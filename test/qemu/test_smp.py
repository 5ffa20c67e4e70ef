# SPDX-License-Identifier: BSD-2-Clause
"""Further CPUs: each arrives in the kernel's high half as the boot CPU did (BOOT-PROTOCOL section 6)."""

import re
import subprocess

import pytest

from conftest import BY_TURNS, CROSS, QEMU, ROOT

WORLDS = [pytest.param(el2, secure, id=('el3-' if secure else '') + f'el{1 + el2}')
          for secure in (False, True) for el2 in (False, True)]


def arrived(text):
    found = re.search(r'^highhalf: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert found and found[2] == '0', text
    return re.findall(r'^ok   CPU (\d+) in the high half, EL(\d), MPIDR 0x([0-9a-f]+), SP 0xffffff80', text, re.M)


@pytest.mark.parametrize('el2,secure', WORLDS)
@pytest.mark.parametrize('cpus', [1, 4, 8])
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_every_cpu(qemu, highhalf, el2, secure, cpus, cpu):
    m = qemu(kernel=highhalf, el2=el2, cpu=cpu, smp=cpus, machine=',secure=on' if secure else '')
    seen = arrived(m.finish())
    assert [int(n) for n, _, _ in seen] == list(range(1, cpus))
    assert {el for _, el, _ in seen} <= {'1'}
    assert [int(mpidr, 16) for _, _, mpidr in seen] == list(range(1, cpus))


def test_gicv3_and_clusters(qemu, highhalf):
    """Affinity level 1: reg is 0x100 from the ninth CPU of a GICv2 machine, the seventeenth of a GICv3 one."""
    text = qemu(kernel=highhalf, el2=True, cpu='max', smp=12, machine=',gic-version=3').finish()
    assert len(arrived(text)) == 11


@pytest.fixture(scope='session')
def many(tmp_path_factory):
    """The example kernel, with room for 256 CPUs."""
    out = tmp_path_factory.mktemp('many')
    subprocess.run(['make', '-s', '-C', str(ROOT / 'examples/highhalf'), 'KERNELS=many', 'many-flags=-DCPUS_MAX=256',
                    f'O={out}', f'LOFT_INCLUDE={ROOT}/include', f'CROSS_COMPILE={CROSS}'], check=True, capture_output=True)
    return out / 'many.elf'


def affinity(n):
    """Of the nth CPU of a GICv3 machine: 16 of them in a cluster."""
    return n >> 4 << 8 | n & 15


@pytest.mark.parametrize('el2', [False, True])
@pytest.mark.parametrize('secure,cpus', [('', 123), (',secure=on', 72)])
def test_many(qemu, many, el2, secure, cpus):
    """Numbers beyond 16, and beyond the 64 of one cluster bit more: under firmware's PSCI and under Loft's monitor."""
    text = qemu(kernel=many, el2=el2, cpu='max', smp=cpus, machine=f',gic-version=3{secure}', timeout=240,
                extra=BY_TURNS).finish()
    assert [int(mpidr, 16) for _, _, mpidr in arrived(text)] == [affinity(n) for n in range(1, cpus)]


@pytest.mark.parametrize('secure', ['', ',secure=on'])
def test_census_of_many(loft, secure):
    lines = loft(smp=72, machine=f',gic-version=3{secure}', timeout=240,
                 extra=BY_TURNS).run_check('cpu list').splitlines()
    assert lines[1:] == [f'CPU {n}: MPIDR {affinity(n):#x}, off: Cortex-A57, comes at EL1' for n in range(1, 72)]


def test_tree_of_256(qemu, loft, many, tmp_path):
    """Nodes for CPUs that this machine lacks, before those that it has: none of a tree's is passed over."""
    dumped, text, tree = (tmp_path / name for name in ('plain.dtb', 'tree.dts', 'tree.dtb'))
    subprocess.run([QEMU, '-M', f'virt,gic-version=3,dumpdtb={dumped}', '-cpu', 'cortex-a57', '-smp', '4', '-m', '1G'],
                   check=True, capture_output=True)
    source = subprocess.run(['dtc', '-q', '-O', 'dts', str(dumped)], check=True, capture_output=True, text=True).stdout
    nodes = ''.join(f'cpu@{n:x} {{ device_type = "cpu"; compatible = "arm,cortex-a57"; enable-method = "psci"; '
                    f'reg = <{n:#x}>; }};' for n in (0x10000 + affinity(i) for i in range(252)))
    source = re.sub(r'(\n\tcpus \{.*?)(\n\t\tcpu@0 )', lambda m: m[1] + nodes + m[2], source, flags=re.S)
    text.write_text(source)
    subprocess.run(['dtc', '-q', '-o', str(tree), str(text)], check=True)
    m = loft(dtb=tree, smp=4, machine=',gic-version=3')
    lines = m.run_check('cpu list').splitlines()
    assert len(lines) == 256
    assert lines[0] == 'CPU 0: MPIDR 0x10000, unknown: PSCI AFFINITY_INFO: EINVAL'
    assert re.fullmatch('CPU 25[2-5]: MPIDR 0x0, on: this one, Cortex-A57 at EL1', next(l for l in lines if ' 0x0,' in l))
    assert sorted(re.search('0x[0-3],', l)[0] for l in lines if 'comes at EL1' in l) == ['0x1,', '0x2,', '0x3,']
    text = qemu(dtb=tree, smp=4, machine=',gic-version=3', kernel=many).finish()
    assert text.count('FAIL PSCI CPU_ON') == 252, text
    assert sorted(re.findall('^ok   CPU [0-9]+ in the high half, EL1, MPIDR (0x[0-9]),', text, re.M)) == ['0x1', '0x2', '0x3']


def test_one_cpu_gives_everything_back(qemu, highhalf):
    """Without other CPUs nothing is kept for them."""
    text = qemu(kernel=highhalf, smp=1).finish()
    assert 'secondary' not in text and not arrived(text)


def test_what_stays_is_reserved(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)], smp=4)
    text = m.run_check('bootelf -n 50000000')
    assert re.search(r'early vectors, reserved$', text, re.M), text
    assert re.search(r'other CPUs, reserved$', text, re.M), text
    assert re.search(r'Loft.*, reserved$', text, re.M), text


@pytest.mark.parametrize('el2,secure', WORLDS)
def test_none_is_lost(qemu, highhalf, el2, secure):
    """A hundred boots in a row, a quarter in each world."""
    for _ in range(25):
        m = qemu(kernel=highhalf, el2=el2, smp=8, machine=',secure=on' if secure else '')
        assert len(arrived(m.finish())) == 7
        m.kill()


def test_at_el2_with_vhe(qemu, build):
    text = qemu(kernel=build / 'examples/highhalf/highhalf-el2.elf', el2=True, cpu='max', smp=4).finish()
    assert [el for _, el, _ in arrived(text)] == ['2'] * 3


@pytest.mark.parametrize('el2,secure', WORLDS)
def test_census(loft, el2, secure):
    lines = loft(el2=el2, smp=3, machine=',secure=on' if secure else '').run_check('cpu list').splitlines()
    assert lines == [f'CPU 0: MPIDR 0x0, on: this one, Cortex-A57 at EL{1 + el2}',
                     f'CPU 1: MPIDR 0x1, off: Cortex-A57, comes at EL{1 + el2}',
                     f'CPU 2: MPIDR 0x2, off: Cortex-A57, comes at EL{1 + el2}']


def test_census_leaves_them_off(loft, highhalf):
    m = loft(smp=3, loads=[(highhalf, 0x50000000)])
    first = m.run_check('memmap')
    assert m.run_check('cpu list') == m.run_check('cpu list')
    assert m.run_check('memmap') == first
    m.send('bootelf 50000000\r')
    assert len(arrived(m.finish())) == 2


@pytest.fixture
def wrong_tree(tmp_path):
    """The tree of a machine with two CPUs, the second under an MPIDR that it lacks."""
    dtb = tmp_path / 'wrong.dtb'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={dtb}', '-cpu', 'cortex-a57', '-smp', '2', '-m', '1G',
                    '-display', 'none'], check=True, capture_output=True)
    subprocess.run(['fdtput', '-t', 'x', str(dtb), '/cpus/cpu@1', 'reg', '55'], check=True)
    return dtb


def test_a_cpu_that_is_not_there(loft, wrong_tree, asking):
    m = loft(smp=2, dtb=wrong_tree, loads=[(asking / 'park.elf', 0x50000000)])
    assert m.run_check('cpu list').splitlines()[1] == 'CPU 1: MPIDR 0x55, unknown: PSCI AFFINITY_INFO: EINVAL'
    m.send('bootelf 50000000\r')
    assert 'CPU 0x55 does not start: PSCI EINVAL' in m.finish()


# What boots Loft at EL1 on a machine that has EL2: CPU_ON, which the firmware answers, starts the others at EL2.
DROP_TO_EL1 = '''
	.globl _start
_start:
	mov	x1, #1 << 31
	msr	hcr_el2, x1
	mov	x1, #3
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr
	mov	x1, #0x33ff
	msr	cptr_el2, x1
	ldr	x1, =0x30d00800
	msr	sctlr_el1, x1
	mov	x1, #0x3c5
	msr	spsr_el2, x1
	ldr	x1, =0x40400000
	msr	elr_el2, x1
	eret
'''


@pytest.fixture
def lowered(loft, build, assemble, asking):
    """Loft at EL1, its other CPUs at EL2."""
    shim = assemble(DROP_TO_EL1, flat=True)
    return loft(bios=False, kernel=shim, el2=True, smp=2,
                loads=[(build / 'loft.bin', 0x40400000), (asking / 'park.elf', 0x50000000)])


def test_census_names_another_level(lowered):
    assert lowered.run_check('cpu list').splitlines() == [
        'CPU 0: MPIDR 0x0, on: this one, Cortex-A57 at EL1',
        'CPU 1: MPIDR 0x1, off: Cortex-A57, comes at EL2, the boot CPU is at EL1: a kernel will not get it']


def test_another_level_is_left_parked(lowered):
    lowered.send('bootelf 50000000\r')
    assert 'CPU 0x1 came up at EL2, the boot CPU at EL1: left parked' in lowered.finish()


# The same, and its firmware at EL2 says of every CPU that it is off, and of CPU_ON that it is done.
LYING_FIRMWARE = DROP_TO_EL1.replace('_start:', """_start:
	ldr	x0, =0x58000000
	adr	x1, vectors
	msr	vbar_el2, x1""") + """
	.balign	2048
vectors:
	.skip	0x400
	ldr	x1, =0xc4000004
	cmp	x0, x1
	cset	x0, eq
	eret
"""


@pytest.fixture
def lied_to(loft, build, assemble, asking, tmp_path):
    dtb = tmp_path / 'hvc.dtb'
    subprocess.run([QEMU, '-M', f'virt,virtualization=on,dumpdtb={dtb}', '-cpu', 'cortex-a57', '-smp', '2',
                    '-m', '1G', '-display', 'none'], check=True, capture_output=True)
    subprocess.run(['fdtput', '-t', 's', str(dtb), '/psci', 'method', 'hvc'], check=True)
    # not by -dtb, where QEMU would name itself again
    return loft(bios=False, kernel=assemble(LYING_FIRMWARE, flat=True), el2=True, smp=2,
                loads=[(build / 'loft.bin', 0x40400000), (asking / 'park.elf', 0x50000000), (dtb, 0x58000000)])


def test_census_of_a_cpu_that_does_not_come(lied_to):
    """The CPU may come yet: the page that it was sent to stays taken."""
    assert lied_to.run_check('cpu list').splitlines()[1] == (
        'CPU 1: MPIDR 0x1, off: was started and did not come within 500 ms')
    assert re.search(r' census$', lied_to.run_check('memmap'), re.M)


def test_a_cpu_that_does_not_come_is_not_waited_for(lied_to):
    lied_to.send('bootelf 50000000\r')
    lied_to.wait('CPU 0x1 was started and did not come (state 0)', literal=True)
    lied_to.wait('entered at 0x')


@pytest.mark.parametrize('el2,secure', WORLDS)
@pytest.mark.parametrize('cpus', [1, 8])
def test_parked(qemu, asking, el2, secure, cpus):
    """PARK_SECONDARIES: the kernel calls no PSCI, it writes mailboxes."""
    text = qemu(kernel=asking / 'park.elf', el2=el2, smp=cpus, machine=',secure=on' if secure else '').finish()
    assert len(arrived(text)) == cpus - 1
    assert text.count('ok   a CPU is parked on its mailbox, in reserved memory') == cpus - 1


def test_park_needs_a_map(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)], smp=2)
    assert 'PARK_SECONDARIES: this kernel is entered unmapped' in m.run_fail(
        'bootelf -u -o FLAGS=PARK_SECONDARIES 50000000')
