# SPDX-License-Identifier: BSD-2-Clause
"""One image, configs/generic_defconfig, on machines that no board names: console and all by the tree in x0."""

import re

import pytest

from conftest import PAYLOADS
from console import Machine
from test_boards import QEMU10, image, kernels  # noqa: F401 (fixtures)

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
def generic(image):  # noqa: F811
    started = []

    def start(name, loads=(), extra=()):
        arguments, tree, line, _ = MACHINES[name]
        if not QEMU10.exists():
            pytest.skip('no QEMU 10 (make qemu10)')
        if tree and not tree.exists():
            pytest.skip('no device trees (make dtbs)')
        memory = [] if name.startswith('raspi') else ['-m', '1G']
        command = [str(QEMU10), '-M', *arguments, *memory, '-display', 'none', '-monitor', 'none', '-audio', 'none',
                   *['-serial', 'null'] * line, '-serial', 'stdio', '-kernel', str(image('generic'))]
        command += ['-dtb', str(tree)] if tree else []
        for file, address in loads:
            command += ['-device', f'loader,file={file},addr={address:#x},force-raw=on']
        started.append(Machine(command + list(extra), timeout=90))
        started[-1].prompt()
        return started[-1]

    yield start
    for m in started:
        m.kill()


@pytest.mark.parametrize('name', MACHINES)
def test_generic(generic, name):
    m = generic(name)
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
def test_kernel(generic, name, kernels):  # noqa: F811
    """The example kernel's own checks, with every CPU that the machine has, on each kind of UART."""
    load = LOAD + (0x40000000 if name in HIGH else 0)
    m = generic(name, loads=[(kernels / 'noat.elf', load)])
    m.send(f'bootelf {load:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert int(m.child.match[1]) >= 75 and m.child.match[2] == '0', m.text
    cpus = CPUS.get(name, 4)
    assert f'highhalf: {cpus - 1} further CPU' in m.text
    for cpu in range(1, cpus):
        assert re.search(rf'^ok   CPU {cpu} in the high half, EL1, MPIDR 0x\w*{cpu:x},', m.text, re.M), m.text
