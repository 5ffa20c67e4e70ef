# SPDX-License-Identifier: BSD-2-Clause
"""The boards beside QEMU virt: each with its own image, on the machine that QEMU has for it."""

import fcntl
import os
import re
import subprocess

import pytest

from conftest import BUILD, CROSS, QEMU, ROOT, PAYLOADS
from console import Machine

LINUX = 120
QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
LOAD = 0x10000000       # where -device loader puts a file
PI_RAM = 0x3c000000     # what QEMU's VideoCore leaves of the first GiB


@pytest.fixture(scope='session')
def image():
    """loft.bin of a board; `make check` has built it already."""
    def make(board):
        out = BUILD / 'boards' / board
        out.mkdir(parents=True, exist_ok=True)
        env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
        with open(out / '.lock', 'w', encoding='ascii') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            subprocess.run(['make', '-s', f'O={out}', f'{board}_defconfig', 'image'], cwd=ROOT, env=env, check=True,
                           timeout=300, stdout=subprocess.DEVNULL)
        return out / 'loft.bin'
    return make


@pytest.fixture(scope='session')
def kernels(tmp_path_factory):
    """The example kernel, linked high without AT(): it runs on any machine."""
    out = tmp_path_factory.mktemp('payloads')
    subprocess.run(['make', '-s', '-C', str(ROOT / 'test/payloads'), f'O={out}', f'CROSS_COMPILE={CROSS}'],
                   check=True, timeout=300)
    return out


@pytest.fixture
def pi(image):
    """Start a Raspberry Pi, by QEMU's name for it, with Loft as kernel8.img; waits for the prompt."""
    started = []

    def start(machine='raspi3b', loads=(), extra=(), prompt=True):
        program = QEMU
        if machine == 'raspi4b':
            program = str(QEMU10)
            if not QEMU10.exists():
                pytest.skip('no QEMU 10 (make qemu10)')
        command = [program, '-M', machine, '-display', 'none', '-monitor', 'none', '-serial', 'stdio',
                   '-no-reboot', '-kernel', str(image(machine))]
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

    def start(memory='1G', smp=1, loads=(), cpu='cortex-a57'):
        command = [QEMU, '-M', 'sbsa-ref', '-cpu', cpu, '-m', memory, '-smp', str(smp), '-global', 'VGA.romfile=',
                   '-nic', 'none', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot',
                   '-bios', str(image('sbsa_ref'))]
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


def test_template_builds(image):
    assert image('template').stat().st_size > 64


@PIS
def test_sign_on(pi, machine):
    m = pi(machine)
    number, cpu, dram = ('3', 'Cortex-A53', '960 MiB') if machine == 'raspi3b' else ('4', 'Cortex-A72', '1984 MiB')
    assert f'CPU:   {cpu}, entered at EL2\nModel: Raspberry Pi {number} Model B\nDRAM:  {dram}\n' in m.text


@PIS
def test_tree_of_the_image(pi, machine):
    """Nothing in x0: the image's tree, with what the VideoCore says."""
    m = pi(machine)
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
    assert re.search(r'^0x0{16}  0x0{13}fff  0x1000 +---f-', m.run('memmap'), re.M)


def test_uart(pi):
    """115200 baud from 3 MHz: 1 + 40/64; GPIO 14 and 15 on ALT0."""
    m = pi()
    assert '00000001' in m.run('md.l 3f201024 1')
    assert '00000028' in m.run('md.l 3f201028 1')
    word = int(re.search(r'3f200004: ([0-9a-f]{8})', m.run('md.l 3f200004 1'))[1], 16)
    assert word >> 12 & 0o77 == 0o44


@PIS
def test_at_the_top(pi, machine):
    """The image has left the place that kernels are linked at; page 0 is not mapped."""
    m = pi(machine)
    owner = re.search(r'^0x(\w{16})  0x(\w{16})  0x\w+ +-----  Loft$', m.run('memmap'), re.M)
    assert int(owner[2], 16) + 1 == (PI_RAM if machine == 'raspi3b' else 0x80000000)
    assert 'translation fault' in m.run('md 0 1')
    assert re.search(r'^00080000: 00000000', m.run('mw.l 80000 0 1; md.l 80000 1'), re.M)


@PIS
@pytest.mark.parametrize('command', ['reset', 'poweroff'])
def test_watchdog(pi, machine, command):
    m = pi(machine)
    m.send(command + '\r')
    m.finish()


def test_reset_starts_again(pi, image):
    m = Machine([QEMU, '-M', 'raspi3b', '-display', 'none', '-monitor', 'none', '-serial', 'stdio',
                 '-kernel', str(image('raspi3b'))])
    try:
        m.prompt()
        m.send('reset\r')
        m.wait('resetting')
        m.prompt()
    finally:
        m.kill()


@PIS
def test_kernel(pi, machine, kernels):
    """The example kernel as an ELF in RAM, by autoboot."""
    m = pi(machine, loads=[(kernels / 'noat.elf', LOAD)])
    m.run(f'setenv loadaddr {LOAD:x}')
    m.send('autoboot\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert 'entered at 0xffffffff80200000, EL1' in m.text
    assert int(m.child.match[1]) >= 80 and m.child.match[2] == '0', m.text


def test_autoboot_at_load_address(pi, kernels):
    """Without a word at the prompt: what lies at the default loadaddr is booted."""
    m = pi(loads=[(kernels / 'noat.elf', 0x200000)], prompt=False)
    m.wait(r'highhalf: \d\d ok, 0 FAIL')


def test_tutorial(pi, tmp_path):
    """MMU by the kernel itself: 1 GiB, pages for its first 2 MiB, the UART at a second address."""
    subprocess.run(['make', '-s', '-C', str(ROOT / 'examples/rpi3-vm'), f'O={tmp_path}', f'CROSS_COMPILE={CROSS}'],
                   check=True, timeout=100)
    m = pi(loads=[(tmp_path / 'rpi3-vm.elf', LOAD)])
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
def test_linux(pi, machine, payloads):
    """With the tree in the image: four CPUs out of the spin table, userspace."""
    initrd = payloads / 'initramfs.cpio.gz'
    m = pi(machine, loads=[(payloads / 'Image', LOAD), (initrd, 0x18000000)])
    m.run_check('setenv bootargs console=ttyAMA0 earlycon')
    m.send(f'booti {LOAD:x} 18000000:{initrd.stat().st_size:x}\r')
    linux(m)


@pytest.mark.payload
def test_linux_with_its_own_tree(pi, payloads):
    """QEMU as the firmware: Debian's tree in x0, -initrd and -append in it (scripts/rpi-dtb.sh)."""
    dtb = payloads.parent / 'rpi-dtb/bcm2837-rpi-3-b.dtb'
    if not dtb.exists():
        pytest.skip('no device tree (scripts/rpi-dtb.sh build/rpi-dtb)')
    m = pi(loads=[(payloads / 'Image', LOAD)],
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
    m = sbsa(smp=4, loads=[(payloads / 'Image', SBSA_RAM + LOAD), (initrd, SBSA_RAM + 0x18000000)])
    m.run_check('setenv bootargs console=ttyAMA0 earlycon')
    m.send(f'booti {SBSA_RAM + LOAD:x} {SBSA_RAM + 0x18000000:x}:{initrd.stat().st_size:x}\r')
    linux(m)
    m.finish(LINUX)
