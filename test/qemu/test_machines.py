# SPDX-License-Identifier: BSD-2-Clause
"""Machines of QEMU 10: one image for any of them, configs/generic_defconfig, and the boards that have their own."""

import os
import re
import subprocess

import pytest

from conftest import BUILD, PAYLOADS, ROOT
from console import Machine
from test_boards import LINUX, QEMU10, image, kernels  # noqa: F401 (fixtures)

DTBS = PAYLOADS.parent / 'dtbs/arm64'
PIS = PAYLOADS.parent / 'rpi-dtb'
# QEMU's arguments, the tree that stands for the firmware's, the serial line that its stdout-path names, the model
MACHINES = {
    'virt': (['virt', '-cpu', 'cortex-a57', '-smp', '4'], None, 0, 'linux,dummy-virt'),
    'versal': (['xlnx-versal-virt'], None, 0, 'Xilinx Versal Virtual development board'),
    'zcu102-el1': (['xlnx-zcu102', '-smp', '4'], DTBS / 'xilinx/zynqmp-zcu102-rev1.0.dtb', 0, 'ZynqMP ZCU102 Rev1.0'),
    'zcu102-el2': (['xlnx-zcu102,virtualization=on', '-smp', '4'], DTBS / 'xilinx/zynqmp-zcu102-rev1.0.dtb', 0,
                   'ZynqMP ZCU102 Rev1.0'),
    'imx8mp': (['imx8mp-evk', '-smp', '4'], DTBS / 'freescale/imx8mp-evk.dtb', 1, 'NXP i.MX8MPlus EVK board'),
    'raspi3b': (['raspi3b'], PIS / 'bcm2837-rpi-3-b.dtb', 1, 'Raspberry Pi 3 Model B'),
    'raspi4b': (['raspi4b'], PIS / 'bcm2711-rpi-4-b.dtb', 1, 'Raspberry Pi 4 Model B'),
}
CPUS = {'versal': 2}
LOAD = 0x10000000  # above DRAM's base
HIGH = ('virt', 'imx8mp')  # DRAM from 1 GiB
NO_RESET = ('raspi3b', 'raspi4b')  # no PSCI, and the watchdog is a board's


@pytest.fixture
def start(image):  # noqa: F811
    """Start Loft as -kernel; waits for the prompt. board: whose image; file: an image, which is not waited for."""
    started = []

    def begin(name, board='generic', loads=(), extra=(), file=None):
        arguments, tree, line, _ = MACHINES[name]
        if not QEMU10.exists():
            pytest.skip('no QEMU 10 (make qemu10)')
        if tree and not tree.exists():
            pytest.skip('no device trees (make dtbs)')
        memory = [] if name.startswith('raspi') else ['-m', '1G']
        command = [str(QEMU10), '-M', *arguments, *memory, '-display', 'none', '-monitor', 'none', '-audio', 'none',
                   *['-serial', 'null'] * line, '-serial', 'stdio', '-kernel', str(file or image(board))]
        command += ['-dtb', str(tree)] if tree else []
        for what, address in loads:
            command += ['-device', f'loader,file={what},addr={address:#x},force-raw=on']
        started.append(Machine(command + list(extra), timeout=90))
        if not file:
            started[-1].prompt()
        return started[-1]

    yield begin
    for m in started:
        m.kill()


@pytest.mark.parametrize('name', MACHINES)
def test_generic(start, name):
    m = start(name)
    assert f'Model: {MACHINES[name][3]}\n' in m.text
    assert 'DRAM:  ' in m.text
    # Both directions, more than a FIFO of each
    text = 'the quick brown fox jumps over the lazy dog ' * 3 + '0123456789'
    assert m.run(f'echo "{text}"').replace('\n', '') == text
    assert 'FAIL' not in m.run_check('mmu audit')
    m.run_check('cpu list')
    m.send('reset\r')
    if name in NO_RESET:
        m.wait('reset: ')
    m.prompt()
    if name not in NO_RESET:
        assert m.text.count('Model: ') == 2


@pytest.mark.parametrize('name', [n for n in MACHINES if not n.startswith('raspi')])
def test_kernel(start, name, kernels):  # noqa: F811
    """The example kernel's own checks, with every CPU that the machine has, on each kind of UART."""
    load = LOAD + (0x40000000 if name in HIGH else 0)
    m = start(name, loads=[(kernels / 'noat.elf', load)])
    m.send(f'bootelf {load:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert int(m.child.match[1]) >= 75 and m.child.match[2] == '0', m.text
    cpus = CPUS.get(name, 4)
    assert f'highhalf: {cpus - 1} further CPU' in m.text
    for cpu in range(1, cpus):
        assert re.search(rf'^ok   CPU {cpu} in the high half, EL1, MPIDR 0x\w*{cpu:x},', m.text, re.M), m.text


# Board: its machine, and what Linux is told
BOARDS = {
    'xlnx_versal': ('versal', 'console=ttyAMA0 earlycon'),
    'xlnx_zcu102': ('zcu102-el2', 'console=ttyPS0 earlycon=cdns,mmio,0xff000000,115200n8'),
    'imx8mp_evk': ('imx8mp', 'console=ttymxc1 earlycon'),
}


@pytest.mark.parametrize('board', BOARDS)
def test_board(start, board, kernels):  # noqa: F811
    """Sign-on, reset, the example kernel with every CPU, which powers off."""
    name = BOARDS[board][0]
    load = LOAD + (0x40000000 if name in HIGH else 0)
    m = start(name, board, loads=[(kernels / 'noat.elf', load)])
    assert f'entered at EL2\nModel: {MACHINES[name][3]}\nDRAM:  1 GiB\n' in m.text
    m.send('reset\r')
    m.prompt()
    assert m.text.count('Model: ') == 2
    m.send(f'bootelf {load:x}\r')
    text = m.finish()
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M), text
    assert f'highhalf: {CPUS.get(name, 4) - 1} further CPU' in text


@pytest.mark.parametrize('board', BOARDS)
def test_board_poweroff(start, board):
    m = start(BOARDS[board][0], board)
    m.send('poweroff\r')
    m.finish()


@pytest.mark.parametrize('board', ['xlnx_zcu102', 'imx8mp_evk'])
def test_breadcrumbs(start, board):
    """R, E and M before the first line, on a UART that nobody has turned on."""
    out = BUILD / 'boards' / f'{board}-crumbs'
    out.mkdir(parents=True, exist_ok=True)
    (out / 'crumbs_defconfig').write_text((ROOT / f'configs/{board}_defconfig').read_text() + 'CONFIG_DEBUG_UART=y\n')
    env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
    subprocess.run(['/usr/bin/python3', 'scripts/kconfig.py', str(out), 'defconfig', str(out / 'crumbs_defconfig')],
                   cwd=ROOT, check=True, timeout=60, stdout=subprocess.DEVNULL)
    subprocess.run(['make', '-s', f'O={out}', 'image'], cwd=ROOT, env=env, check=True, timeout=600,
                   stdout=subprocess.DEVNULL)
    m = start(BOARDS[board][0], file=out / 'loft.bin')
    m.prompt()
    assert re.search(r'REM\n*Loft ', m.text), m.text


@pytest.mark.payload
@pytest.mark.parametrize('board', BOARDS)
def test_board_linux(start, board, payloads):
    """Debian's kernel with all CPUs to userspace, which powers off."""
    name, bootargs = BOARDS[board]
    base = 0x40000000 if name in HIGH else 0
    initrd = payloads / 'initramfs.cpio.gz'
    m = start(name, board, loads=[(payloads / 'Image', base + LOAD), (initrd, base + 0x18000000)])
    m.run_check(f'setenv bootargs {bootargs}')
    m.send(f'booti {base + LOAD:x} {base + 0x18000000:x}:{initrd.stat().st_size:x}\r')
    text = m.finish(LINUX)
    assert 'Run /init as init process' in text and 'reboot: Power down' in text, text
    assert f'SMP: Total of {CPUS.get(name, 4)} processors activated' in text
    assert 'CPU: All CPU(s) started at EL2' in text
    assert 'Kernel panic' not in text and 'Oops' not in text, text
    if name != 'zcu102-el2':  # there Linux has the console's clock from firmware that QEMU lacks
        assert f'loft-test: cpus {CPUS.get(name, 4)}' in text


def test_versal_storage(start, tmp_path):
    """The environment on a virtio disk, kept over a reset."""
    disk = tmp_path / 'disk.img'
    disk.write_bytes(bytes(1 << 20))
    m = start('versal', 'xlnx_versal', extra=['-drive', f'file={disk},if=none,format=raw,id=d',
                                              '-device', 'virtio-blk-device,drive=d'])
    m.run_check('setenv kept over-a-reset')
    m.run_check('env export -c -s 1000 ${loadaddr} kept')
    m.run_check('virtio write ${loadaddr} 10 8')
    m.send('reset\r')
    m.prompt()
    m.run_check('virtio read ${loadaddr} 10 8')
    m.run_check('env import -c ${loadaddr} 1000')
    assert m.run('echo $kept') == 'over-a-reset'
