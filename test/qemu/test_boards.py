# SPDX-License-Identifier: BSD-2-Clause
"""The boards beside QEMU virt: each with its own image, on the machine that QEMU has for it."""

import os
import re
import struct
import subprocess
import time

import pytest

from conftest import BY_TURNS, CROSS, QEMU, ROOT, PAYLOADS, built
from console import Machine

LINUX = 120
QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
LOAD = 0x10000000       # where -device loader puts a file
PI_RAM = 0x3c000000     # what QEMU's VideoCore leaves of the first GiB


@pytest.fixture(scope='session')
def image():
    """loft.bin of a board; `make check` has built it already."""
    return lambda board: built(board, f'{board}_defconfig')


@pytest.fixture(scope='session')
def kernels(tmp_path_factory):
    """The example kernel, linked high without AT(): it runs on any machine."""
    out = tmp_path_factory.mktemp('payloads')
    subprocess.run(['make', '-s', '-C', str(ROOT / 'test/payloads'), f'O={out}', f'CROSS_COMPILE={CROSS}'],
                   check=True, timeout=300)
    return out


@pytest.fixture
def pi(image):
    """Start a Raspberry Pi, by QEMU's name for it, with Loft as kernel8.img; waits for the prompt.

    el=3: as an ELF file, which QEMU loads to 0 and enters there on all CPUs, as the firmware does with an armstub.
    threads: its CPUs run at the same time.
    """
    started = []

    def start(machine='raspi3b', loads=(), extra=(), prompt=True, el=2, again=False, stub=None, threads=False):
        program = QEMU
        if machine == 'raspi4b':
            program = str(QEMU10)
            if not QEMU10.exists():
                pytest.skip('no QEMU 10 (make qemu10)')
        loft = image(machine)
        command = [program, '-M', machine, '-display', 'none', '-monitor', 'none', '-serial', 'stdio',
                   '-kernel', str(stub or (loft if el == 2 else loft.with_suffix('.elf')))]
        command += [] if again else ['-no-reboot']
        command += [] if threads or '-accel' in extra else BY_TURNS
        for file, address in loads:
            command += ['-device', f'loader,file={file},addr={address:#x},force-raw=on']
        started.append(Machine(command + [str(e) for e in extra]))
        if prompt:
            started[-1].prompt()
        return started[-1]

    yield start
    for m in started:
        m.kill()


@pytest.fixture
def sbsa(image):
    """Start sbsa-ref from its flash; waits for the prompt. Without VGA's ROM, which is another package's."""
    started = []

    def start(memory='1G', smp=1, loads=(), cpu='cortex-a57', extra=(), threads=False):
        command = [QEMU, '-M', 'sbsa-ref', '-cpu', cpu, '-m', memory, '-smp', str(smp), '-global', 'VGA.romfile=',
                   '-nic', 'none', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot',
                   '-bios', str(image('sbsa_ref')), *(() if threads else BY_TURNS), *extra]
        for file, address in loads:
            command += ['-device', f'loader,file={file},addr={address:#x},force-raw=on']
        started.append(Machine(command))
        started[-1].prompt()
        return started[-1]

    yield start
    for m in started:
        m.kill()


SBSA_RAM = 0x100_0000_0000
PIS = pytest.mark.parametrize('machine', ['raspi3b', 'raspi4b'])
ELS = pytest.mark.parametrize('el', [2, 3], ids=['el2', 'el3'])


def test_template_builds(image):
    assert image('template').stat().st_size > 64


@PIS
@ELS
def test_sign_on(pi, machine, el):
    m = pi(machine, el=el)
    number, cpu, dram = ('3', 'Cortex-A53', '960 MiB') if machine == 'raspi3b' else ('4', 'Cortex-A72', '1984 MiB')
    assert f'CPU:   {cpu}, entered at EL{el}\nModel: Raspberry Pi {number} Model B\nDRAM:  {dram}\n' in m.text


@PIS
@ELS
def test_tree_of_the_image(pi, machine, el):
    """Nothing in x0: the image's tree, with what the VideoCore says."""
    m = pi(machine, el=el)
    m.run_check('fdt addr ${fdtcontroladdr}')
    revision = '0x00a02082' if machine == 'raspi3b' else '0x00b03115'
    assert revision in m.run('fdt print /system linux,revision')
    # PL011's clock as QEMU's VideoCore has it; the divisor on the UART is computed from it
    assert '0x002dc6c0' in m.run('fdt print /clock-uart clock-frequency')
    assert f'{PI_RAM:#010x}' in m.run('fdt print /memory@0 reg')
    for cpu in range(4):
        text = m.run(f'fdt print /cpus/cpu@{cpu}')
        assert 'enable-method = "spin-table"' in text
        assert f'cpu-release-addr = <0x00000000 {0xd8 + 8 * cpu:#010x}>' in text
    owners = m.run('memmap')
    assert re.search(r'^0x0{16}  0x0{13}fff  0x1000 +-k-f-  spin table$', owners, re.M)
    assert (el == 3) == bool(re.search(r"^0x0{8}17ff7000  0x0{8}17ffffff  0x9000 +nk---  Loft's EL3 monitor$", owners, re.M))


def test_uart(pi):
    """115200 baud from 3 MHz: 1 + 40/64; GPIO 14 and 15 on ALT0."""
    m = pi()
    assert '00000001' in m.run('md.l 3f201024 1')
    assert '00000028' in m.run('md.l 3f201028 1')
    word = int(re.search(r'3f200004: ([0-9a-f]{8})', m.run('md.l 3f200004 1'))[1], 16)
    assert word >> 12 & 0o77 == 0o44


@PIS
@ELS
def test_at_the_top(pi, machine, el):
    """The image has left the place that kernels are linked at; page 0 is not mapped."""
    m = pi(machine, el=el)
    owner = re.search(r'^0x(\w{16})  0x(\w{16})  0x\w+ +-----  Loft$', m.run('memmap'), re.M)
    assert int(owner[2], 16) + 1 == (PI_RAM if machine == 'raspi3b' else 0x80000000)
    assert 'translation fault' in m.run('md 0 1')
    assert re.search(r'^00080000: 00000000', m.run('mw.l 80000 0 1; md.l 80000 1'), re.M)


@PIS
@ELS
@pytest.mark.parametrize('command', ['reset', 'poweroff'])
def test_watchdog(pi, machine, command, el):
    """At EL3 by the monitor's PSCI, else by the board's hooks."""
    m = pi(machine, el=el)
    m.send(command + '\r')
    m.finish()


@PIS
@ELS
def test_reset_starts_again(pi, machine, el):
    m = pi(machine, el=el, again=True)
    m.send('reset\r')
    m.wait('resetting')
    m.prompt()
    assert m.run('cpu list').count('waits in the spin table' if el == 2 else ', off') == 3


@PIS
@ELS
def test_cpu_list(pi, machine, el):
    m = pi(machine, el=el)
    lines = m.run('cpu list').splitlines()
    assert re.fullmatch(r'CPU 0: MPIDR 0x0, on: this one, Cortex-A\d\d at EL2', lines[0])
    for i in range(1, 4):
        says = f'waits in the spin table: {0xd8 + 8 * i:#x}' if el == 2 else 'off'
        assert re.fullmatch(rf'CPU {i}: MPIDR {i:#x}, {says}: Cortex-A\d\d, comes at EL2', lines[i])


@PIS
@pytest.mark.parametrize('options', ['', '-o FLAGS=PARK_SECONDARIES '], ids=['spin', 'park'])
def test_cpu_list_leaves_them_in_the_table(pi, machine, options, kernels):
    """Asked twice, they go to a kernel as if they had not been asked; page 0 is still nobody's."""
    m = pi(machine, loads=[(kernels / 'noat.elf', LOAD)])
    first = m.run_check('cpu list')
    assert m.run_check('cpu list') == first
    assert 'translation fault' in m.run('md 0 1')
    assert re.search(r'-k-f-  CPUs of the spin table$', m.run('memmap'), re.M)
    m.send(f'bootelf {options}{LOAD:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert m.child.match[2] == '0' and 'highhalf: 3 further CPUs' in m.text, m.text


@PIS
@ELS
@pytest.mark.parametrize('options', ['', '-o FLAGS=PARK_SECONDARIES '], ids=['spin', 'park'])
def test_kernel(pi, machine, el, options, kernels):
    """The example kernel as an ELF in RAM, with every CPU in the high half by the spin table."""
    m = pi(machine, el=el, loads=[(kernels / 'noat.elf', LOAD)], threads=True)
    m.send(f'bootelf {options}{LOAD:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert int(m.child.match[1]) >= 90 and m.child.match[2] == '0', m.text
    assert 'entered at 0xffffffff80200000, EL1' in m.text
    assert ('PSCI by    smc' if el == 3 else 'PSCI by    (none)') in m.text
    assert 'highhalf: 3 further CPUs' in m.text
    for cpu in range(1, 4):
        assert re.search(rf'^ok   CPU {cpu} in the high half, EL1, MPIDR {cpu:#x},', m.text, re.M), m.text
    assert m.text.count('ok   a CPU is parked on its mailbox, in reserved memory') == (3 if options else 0)
    assert m.text.count('ok   the spin table is in reserved memory') == (0 if options else 3)


# A kernel that knows the addresses: no FDT, no Loft. CPU 1 prints its level, its number and x0.
SPIN = r"""
	.macro say character
	mov	w9, \character
	str	w9, [x10]
	.endm
	.global _start
_start:	ldr	x10, =%#x
	say	#'s'
	adr	x0, other
	mov	x1, #0xe0
	str	x0, [x1]
	dsb	sy
	sev
%s
stop:	wfi
	b	stop
other:	ldr	x10, =%#x
	mrs	x1, CurrentEL
	lsr	x1, x1, #2
	add	w1, w1, #'0'
	say	w1
	mrs	x1, mpidr_el1
	and	w1, w1, #0xff
	add	w1, w1, #'0'
	say	w1
	add	w1, w0, #'0'
	say	w1
	say	#'\n'
%s
	b	stop
	.balign	8
went:	.quad	0
"""
# With the monitor: off again, and then the same CPU by PSCI, and all off.
PSCI_BOOT = r"""
	.macro	await_off times
	adr	x11, went
1:	ldr	x12, [x11]
	cmp	x12, \times
	b.ne	1b
1:	ldr	w0, =0xc4000004				/* AFFINITY_INFO */
	mov	x1, #1
	mov	x2, #0
	smc	#0
	cmp	w0, #1					/* off */
	b.ne	1b
	.endm
	await_off #1
	ldr	w0, =0xc4000003				/* CPU_ON */
	mov	x1, #1
	adr	x2, other
	mov	x3, #7
	smc	#0
	cbnz	w0, stop
	await_off #2
	ldr	w0, =0x84000008				/* SYSTEM_OFF */
	smc	#0
"""
PSCI_OTHER = """
	adr	x11, went
	ldr	x12, [x11]
	add	x12, x12, #1
	str	x12, [x11]
	ldr	w0, =0x84000002				/* CPU_OFF */
	smc	#0
"""
AT_80000 = 'SECTIONS { . = 0x80000; .text : { *(.text) } /DISCARD/ : { *(.comment) *(.note*) } }'


@PIS
@ELS
def test_spin_table_by_hand(pi, machine, el, assemble):
    """What a Pi's kernel has always done works on both entries; at EL3 PSCI beside it, on the same CPU."""
    uart = 0x3f201000 if machine == 'raspi3b' else 0xfe201000
    kernel = assemble(SPIN % (uart, PSCI_BOOT if el == 3 else '', uart, PSCI_OTHER if el == 3 else ''), AT_80000)
    m = pi(machine, el=el, loads=[(kernel, LOAD)])
    m.send(f'bootelf {LOAD:x}\r')
    m.wait(r's210\n')
    if el == 3:
        m.wait(r'217\n')
        m.finish()


def test_armstub_fdt(pi, tmp_path, image):
    """The firmware leaves the tree's address behind an armstub's magic number; here in the file."""
    tree = tmp_path / 'changed.dtb'
    subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', str(tree), '-'], check=True, text=True,
                   input=(ROOT / 'board/raspi3b/raspi3b.dts').read_text().replace('Model B', 'Model of firmware'))
    magic = struct.pack('<4I', 0x5afe570b, 0, 0, 0)
    assert image('raspi3b').read_bytes()[0xf0:0x100] == magic
    elf = image('raspi3b').with_suffix('.elf').read_bytes()
    assert elf.count(magic) == 1
    stub = tmp_path / 'armstub.elf'
    stub.write_bytes(elf.replace(magic, struct.pack('<4I', 0x5afe570b, 0, 0x1000000, 0x80000)))
    m = pi(el=3, stub=stub, loads=[(tree, 0x1000000)])
    assert 'Model: Raspberry Pi 3 Model of firmware' in m.text


def test_autoboot_at_load_address(pi, kernels):
    """Without a word at the prompt: what lies at the default loadaddr is booted."""
    m = pi(loads=[(kernels / 'noat.elf', 0x200000)], prompt=False)
    m.wait(r'highhalf: \d\d ok, 0 FAIL')


@ELS
def test_tutorial(pi, tmp_path, el):
    """MMU by the kernel itself: 1 GiB, pages for its first 2 MiB, the UART at a second address."""
    subprocess.run(['make', '-s', '-C', str(ROOT / 'examples/rpi3-vm'), f'O={tmp_path}', f'CROSS_COMPILE={CROSS}'],
                   check=True, timeout=100)
    m = pi(loads=[(tmp_path / 'rpi3-vm.elf', LOAD)], el=el)
    m.run(f'setenv loadaddr {LOAD:x}')
    m.send('autoboot\r')
    m.wait('Press a key')
    m.send('x')
    m.wait('base address 0x00000000001FF000.', literal=True)
    lines = m.text.splitlines()
    for line in ('[0] UART is live!', '[i] MMU: 4 KiB granule supported!',
                 '[i] MMU: Up to 40 Bit physical address range supported!', '[2] MMU online.',
                 '[i] 0x001FF000 -> 0x3F201000', '[i] 0x40000000: Address out of range.',
                 '      0x001FF000 - 0x001FFFFF | Dev RW PXN | Remapped UART'):
        assert line in lines, m.text
    assert not re.search(r'RW PX ', m.text)
    m.send('echoed')
    m.wait('echoed')


def linux(m):
    m.wait('loft-test: end', LINUX)
    assert 'loft-test: cpus 4' in m.text
    assert 'CPU: All CPU(s) started at EL2' in m.text
    assert 'Kernel panic' not in m.text and 'Oops' not in m.text, m.text


@pytest.mark.payload
@PIS
@ELS
def test_linux(pi, machine, el, payloads):
    """With the tree in the image: four CPUs out of the spin table, userspace."""
    initrd = payloads / 'initramfs.cpio.gz'
    m = pi(machine, el=el, loads=[(payloads / 'Image', LOAD), (initrd, 0x18000000)], threads=True)
    assert m.run('cpu list').count('comes at EL2') == 3
    m.run_check('setenv bootargs console=ttyAMA0 earlycon')
    m.send(f'booti {LOAD:x} 18000000:{initrd.stat().st_size:x}\r')
    linux(m)


@pytest.mark.payload
def test_linux_with_its_own_tree(pi, payloads):
    """QEMU as the firmware: Debian's tree in x0, -initrd and -append in it (scripts/rpi-dtb.sh)."""
    dtb = payloads.parent / 'rpi-dtb/bcm2837-rpi-3-b.dtb'
    if not dtb.exists():
        pytest.skip('no device tree (scripts/rpi-dtb.sh build/rpi-dtb)')
    m = pi(loads=[(payloads / 'Image', LOAD)], threads=True,
           extra=['-dtb', dtb, '-initrd', payloads / 'initramfs.cpio.gz',
                  '-append', 'console=ttyAMA0 earlycon=pl011,0x3f201000'])
    m.run_check(f'setenv loadaddr {LOAD:x}')
    m.send('autoboot\r')
    linux(m)
    assert 'Machine model: Raspberry Pi 3 Model B' in m.text


@pytest.mark.parametrize('memory', ['1G', '4G', '64G'])
def test_sbsa(sbsa, memory):
    """DRAM from 1 TiB, at whose top Loft lives, and what the board adds to QEMU's tree."""
    if memory == '64G' and os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') < 64 << 30:
        memory = '8G'
    m = sbsa(memory)
    assert f'entered at EL3\nModel: linux,sbsa-ref\nDRAM:  {memory[:-1]} GiB\n' in m.text
    owner = re.search(r'^0x(\w{16})  0x(\w{16})  0x\w+ +-----  Loft$', m.run('memmap'), re.M)
    assert int(owner[2], 16) + 1 == SBSA_RAM + (int(memory[:-1]) << 30)
    m.run_check('fdt addr ${fdtcontroladdr}')
    assert 'stdout-path = "/serial@60000000"' in m.run('fdt print /chosen')
    assert '"arm,gic-v3"' in m.run('fdt print /interrupt-controller@40060000')


@pytest.mark.parametrize('command', ['reset', 'poweroff'])
def test_sbsa_controller(sbsa, command):
    m = sbsa()
    m.send(command + '\r')
    m.finish()


def test_sbsa_watchdog(sbsa):
    """By the tree that the board completes: quiet while the prompt waits, stopped, and then expired (QEMU ends)."""
    m = sbsa()
    assert m.run_check('wdt list') == 'watchdog@50011000 (arm,sbsa-gwdt)'
    m.run_check('wdt start 800')
    for _ in range(3):
        time.sleep(0.7)
        assert 'running' in m.run_check('wdt dev')
    m.run_check('wdt stop')
    assert 'stopped' in m.run_check('wdt dev')
    m.send('wdt expire\r')
    m.finish()


def test_sbsa_environment(sbsa, tmp_path):
    """The second bank of flash, which is the normal world's, keeps it over a power cut."""
    flash = tmp_path / 'flash'
    with open(flash, 'wb') as f:
        f.truncate(256 << 20)
    extra = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']
    m = sbsa(extra=extra)
    assert re.search(r'^flash +0x0010000000  flash@10000000 ', m.run_check('board'), re.M)
    m.run_check('setenv kept over-a-power-cut; saveenv')
    m.kill()
    m = sbsa(extra=extra)
    assert m.run('echo $kept') == 'over-a-power-cut'


def test_sbsa_cpu_list(sbsa):
    """A tree whose CPUs have nothing but reg, DRAM at 1 TiB for the page that each writes what it is into."""
    lines = sbsa(smp=4).run_check('cpu list').splitlines()
    assert lines == ['CPU 0: MPIDR 0x0, on: this one, Cortex-A57 at EL2'] + [
        f'CPU {i}: MPIDR {i:#x}, off: Cortex-A57, comes at EL2' for i in range(1, 4)]


@pytest.mark.parametrize('memory', ['1G', '4G'])
def test_sbsa_kernel(sbsa, memory, tmp_path):
    """48 bits: 39 do not reach 1 TiB."""
    subprocess.run(['make', '-s', '-C', str(ROOT / 'test/payloads'), f'O={tmp_path}', f'CROSS_COMPILE={CROSS}',
                    'KERNELS=noat48', 'noat48-flags=-DLINK_ADDRESS=0xffffffff80200000 -DLINK_OFFSET=0 '
                    '-DVIRT_START=0xffff000000000000 -DVA_BITS=48'], check=True, timeout=300)
    m = sbsa(memory, loads=[(tmp_path / 'noat48.elf', SBSA_RAM + LOAD)])
    m.send(f'bootelf {SBSA_RAM + LOAD:x}\r')
    text = m.finish()
    assert 'PSCI by    smc' in text and re.search(r'^highhalf: \d\d ok, 0 FAIL$', text, re.M), text


def test_sbsa_39_bits_refused(sbsa, kernels):
    m = sbsa(loads=[(kernels / 'noat.elf', SBSA_RAM + LOAD)])
    text = m.run_fail(f'bootelf {SBSA_RAM + LOAD:x}')
    assert 'bits' in text, text


@pytest.mark.parametrize('flags,says', [('NO_MMIO', r'highhalf: 82 ok, 0 FAIL'),
                                        ('"KEEP_IDMAP|NO_MMIO"', r'the lower half: 41 bits[^$]*highhalf: 92 ok, 0 FAIL')])
def test_sbsa_39_bits_by_a_lower_virt_start(sbsa, kernels, flags, says):
    """1 TiB less: then the linear map has room in 39 bits, and only T0SZ is extended."""
    m = sbsa(loads=[(kernels / 'tib.elf', SBSA_RAM + LOAD)])
    if 'IDMAP' in flags:
        m.run_check('setenv bootargs idmap')
    m.send(f'bootelf -o FLAGS={flags} {SBSA_RAM + LOAD:x}\r')
    text = m.finish()
    assert re.search(says, text), text


@pytest.mark.payload
def test_sbsa_linux(sbsa, payloads):
    """Four CPUs by the monitor's PSCI, GICv3 and timer from the board's tree, power-off by the controller."""
    initrd = payloads / 'initramfs.cpio.gz'
    m = sbsa(smp=4, threads=True, loads=[(payloads / 'Image', SBSA_RAM + LOAD), (initrd, SBSA_RAM + 0x18000000)])
    m.run_check('setenv bootargs console=ttyAMA0 earlycon')
    m.send(f'booti {SBSA_RAM + LOAD:x} {SBSA_RAM + 0x18000000:x}:{initrd.stat().st_size:x}\r')
    linux(m)
    m.finish(LINUX)
