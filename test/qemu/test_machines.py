# SPDX-License-Identifier: BSD-2-Clause
"""Machines of QEMU 10: one image for any of them, configs/generic_defconfig, and the boards that have their own."""

import os
import re
import subprocess
import time

import pytest

from conftest import BUILD, CROSS, PAYLOADS, ROOT, built
from console import Machine
from test_boards import LINUX, QEMU10, image, kernels, pi  # noqa: F401 (fixtures)

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
    'ast2700': (['ast2700a1-evb'], None, 0, 'Aspeed AST2700 EVB'),
    'raspi3b': (['raspi3b'], PIS / 'bcm2837-rpi-3-b.dtb', 1, 'Raspberry Pi 3 Model B'),
    'raspi4b': (['raspi4b'], PIS / 'bcm2711-rpi-4-b.dtb', 1, 'Raspberry Pi 4 Model B'),
}
CPUS = {'versal': 2, 'ast2700': 1}
LOAD = 0x10000000  # above DRAM's base
BASE = {'virt': 0x40000000, 'imx8mp': 0x40000000, 'ast2700': 0x400000000}  # of DRAM, where not 0
OWN_TREE = ('ast2700',)  # which QEMU and Debian lack


@pytest.fixture
def start(image):  # noqa: F811
    """Start Loft as -kernel; waits for the prompt. board: whose image; file: an image, which is not waited for."""
    started = []

    def begin(name, board='generic', loads=(), extra=(), file=None, dtb=None, line=None):
        arguments, tree, of_tree, _ = MACHINES[name]
        line = of_tree if line is None else line  # the board's own, where Loft has no driver for the tree's
        tree = dtb or tree
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


@pytest.mark.parametrize('name', [n for n in MACHINES if n not in OWN_TREE])
def test_generic(start, name):
    m = start(name)
    assert f'Model: {MACHINES[name][3]}\n' in m.text
    assert 'DRAM:  ' in m.text
    # Both directions, more than a FIFO of each
    text = 'the quick brown fox jumps over the lazy dog ' * 3 + '0123456789'
    assert m.run(f'echo "{text}"').replace('\n', '') == text
    assert 'FAIL' not in m.run_check('mmu audit')
    m.run_check('cpu list')
    m.send('reset\r')  # PSCI; on the Pis the tree's watchdog
    m.prompt()
    assert m.text.count('Model: ') == 2


@pytest.mark.parametrize('name', [n for n in MACHINES if n not in OWN_TREE and not n.startswith('raspi')])
def test_kernel(start, name, kernels):  # noqa: F811
    """The example kernel's own checks, with every CPU that the machine has, on each kind of UART."""
    load = LOAD + BASE.get(name, 0)
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
    'ast2700': ('ast2700', 'console=ttyS0 earlycon'),
}


@pytest.mark.parametrize('board', BOARDS)
def test_board(start, board, kernels):  # noqa: F811
    """Sign-on, reset, the example kernel with every CPU, which powers off."""
    name = BOARDS[board][0]
    load = LOAD + BASE.get(name, 0)
    m = start(name, board, loads=[(kernels / 'noat.elf', load)])
    assert f'entered at EL2\nModel: {MACHINES[name][3]}\nDRAM:  1 GiB\n' in m.text
    m.send('reset\r')
    m.prompt()
    assert m.text.count('Model: ') == 2
    m.send(f'bootelf {load:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert int(m.child.match[1]) >= 75 and m.child.match[2] == '0', m.text
    if name != 'ast2700':  # one CPU, no PSCI
        assert f'highhalf: {CPUS.get(name, 4) - 1} further CPU' in m.text
        m.finish()


@pytest.mark.parametrize('board', [b for b in BOARDS if b != 'ast2700'])
def test_board_poweroff(start, board):
    m = start(BOARDS[board][0], board)
    m.send('poweroff\r')
    m.finish()


@pytest.mark.parametrize('board', ['xlnx_zcu102', 'imx8mp_evk'])
def test_breadcrumbs(start, board):
    """R, E and M before the first line, on a UART that nobody has turned on."""
    out = BUILD / 'boards' / f'{board}-crumbs'
    subprocess.run(['scripts/seed.py', BUILD, out], cwd=ROOT, check=True, timeout=60)
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
    base = BASE.get(name, 0)
    initrd = payloads / 'initramfs.cpio.gz'
    m = start(name, board, loads=[(payloads / 'Image', base + LOAD), (initrd, base + 0x18000000)])
    m.run_check(f'setenv bootargs {bootargs}')
    m.send(f'booti {base + LOAD:x} {base + 0x18000000:x}:{initrd.stat().st_size:x}\r')
    m.wait('System halted' if name == 'ast2700' else 'reboot: Power down', LINUX)
    text = m.text
    assert 'Run /init as init process' in text, text
    if CPUS.get(name, 4) > 1:
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


def test_wdt(start, kernels):  # noqa: F811
    """i.MX: quiet while the prompt waits, not while a kernel hangs; it can't be stopped, and expires when told."""
    load = LOAD + BASE['imx8mp']
    m = start('imx8mp', 'imx8mp_evk', loads=[(kernels / 'noat.elf', load)])
    assert m.run_check('wdt list') == 'watchdog@30280000 (fsl,imx21-wdt)'
    assert 'watchdog@30280000, stopped' in m.run_check('wdt dev')
    assert 'not within 1 and 128000' in m.run_fail('wdt start 128001')
    m.run_check('wdt start 1000')
    for _ in range(3):
        time.sleep(1)
        assert 'running' in m.run_check('wdt dev')
    assert 'only a reset stops it' in m.run_fail('wdt stop')
    m.run_check('sleep 3')
    assert m.text.count('Model: ') == 1
    m.run_check('setenv bootargs nooff')
    m.send(f'bootelf {load:x}\r')
    m.wait('highhalf: halted')
    m.prompt()
    assert m.text.count('Model: ') == 2
    m.send('wdt expire\r')
    m.wait('Model: ')
    m.prompt()


@pytest.mark.parametrize('name,pins,controllers', [
    ('imx8mp', 160, ['gpio@30200000', 'gpio@30210000']),
    ('raspi3b', 54, ['gpio@7e200000', 'gpio@7e200000']),
    ('raspi4b', 58, ['gpio@7e200000', 'gpio@7e200000']),
])
def test_gpio(start, name, pins, controllers):
    """Lines of two registers, as QEMU models them: driven, seen, let go."""
    m = start(name)
    lines = m.run_check('gpio status').split('\n')
    assert len(lines) == pins and lines[-1].startswith(f'gpio: pin {pins - 1} ('), lines
    for pin, controller in zip((3, 40), controllers):
        line = pin if controllers[0] == controllers[1] else pin % 32
        assert m.run_check(f'gpio set {pin}') == f'gpio: pin {pin} (gpio {pin}) value is 1'
        assert m.run_check(f'gpio status {pin}') == f'gpio: pin {pin} ({controller} line {line}): output, value is 1'
        assert m.run_check(f'gpio toggle {pin}') == f'gpio: pin {pin} (gpio {pin}) value is 0'
        assert 'input, value is 0' in m.run_check(f'gpio input {pin}; gpio status {pin}')
    assert f"there is no pin '{pins}'" in m.run_fail(f'gpio status {pins}')


@pytest.mark.parametrize('machine', ['raspi3b', 'raspi4b'])
def test_board_says_which_console(pi, machine):  # noqa: F811
    """The tree names the mini UART, and this board has no driver for it."""
    m = pi(machine, extra=['-dtb', MACHINES[machine][1]])
    consoles = [line for line in m.run_check('board').split('\n') if line.endswith(', the console')]
    assert len(consoles) == 1 and re.match(r'serial +0x\w+  serial@7e201000 \(arm,pl011\)', consoles[0]), consoles


def edited(tmp_path, source, edit):
    """A tree with its text changed."""
    text = subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', str(source)], capture_output=True, check=True,
                          text=True, timeout=60).stdout
    out = tmp_path / 'edited.dtb'
    subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', str(out), '-'], input=edit(text), check=True, text=True,
                   timeout=60)
    return out


def without_psci(m):
    """QEMU puts one into a tree that has none."""
    m.run_check('fdt addr ${fdtcontroladdr}')
    m.run_check('fdt rm /psci')


def test_syscon_reboot(start, tmp_path):
    """A tree without PSCI: a register of 16 bits, some of it, by its phandle; one that does nothing comes before."""
    def edit(text):
        text = text.replace('fsl,ext-reset-output;', 'reg-io-width = <2>; phandle = <0x7777>;', 1)
        nodes = """
    nothing { compatible = "syscon-reboot"; regmap = <0x7777>; offset = <0x8>; value = <0>; mask = <1>; };
    beyond { compatible = "syscon-reboot"; regmap = <0x7777>; offset = <0x10000>; value = <0>; mask = <1>; };
    off { compatible = "syscon-reboot"; regmap = <0x7777>; offset = <0>; value = <0>; mask = <0x30>;
          status = "disabled"; };
    bites { compatible = "syscon-reboot"; regmap = <0x7777>; offset = <0>; value = <0>; mask = <0x30>; };
"""
        return text.rstrip().removesuffix('};') + nodes + '};\n'
    name = 'imx8mp'
    dtb = edited(tmp_path, MACHINES[name][1], edit)
    m = start(name, 'imx8mp_evk', dtb=dtb)
    without_psci(m)
    assert 'poweroff: the machine has no PSCI, and the tree no other way' in m.run_fail('poweroff')
    m.send('reset\r')
    m.prompt()
    assert m.text.count('Model: ') == 2


def test_gpio_poweroff(start, tmp_path):
    """virt's PL061 hangs on nothing: the line is seen to be driven."""
    dump = tmp_path / 'virt.dtb'
    subprocess.run([str(QEMU10), '-M', f'virt,dumpdtb={dump}', '-cpu', 'cortex-a57', '-m', '1G'], check=True, timeout=60,
                   capture_output=True)

    def edit(text):
        pins = re.search(r'pl061@.*?phandle = <(\w+)>', text, re.S)[1]
        nodes = f"""
    gpio-poweroff {{ compatible = "gpio-poweroff"; gpios = <{pins} 5 0>; timeout-ms = <10>; }};
    gpio-restart {{ compatible = "gpio-restart"; gpios = <{pins} 6 1>; wait-delay = <10>; }};
"""
        return text.rstrip().removesuffix('};') + nodes + '};\n'
    m = start('virt', dtb=edited(tmp_path, dump, edit))
    without_psci(m)
    m.run_check('gpio set 6')
    assert 'gpio-poweroff: line 5 of pl061@9030000 was driven and the machine goes on' in m.run_fail('poweroff')
    assert 'output, value is 1' in m.run('gpio status 5')
    assert 'gpio-restart: line 6 of pl061@9030000 was driven and the machine goes on' in m.run_fail('reset')
    assert 'output, value is 0' in m.run('gpio status 6')


def test_size_of_the_uarts():
    """All rows and what drives them, in the image that has every one: at most 6 KB."""
    objects = [built('generic', 'generic_defconfig').parent / f'drivers/serial/{name}.o' for name in ('rows', 'uart')]
    sizes = subprocess.run([CROSS + 'size', *objects], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    assert len(sizes) == 2 and sum(int(line.split()[3]) for line in sizes) <= 6 * 1024, sizes


def test_board_command(loft):
    """Each device of virt's tree once, by the driver that serves it; -n: those that have none."""
    m = loft()
    text = m.run_check('board')
    assert 'board: QEMU virt; model: linux,dummy-virt' in text
    assert 'serial    0x0009000000  pl011@9000000 (arm,pl011), the console' in text
    for driver, name in (('rtc', 'pl031@9010000'), ('fw_cfg', 'fw-cfg@9020000'), ('flash', 'flash@0'), ('pci', 'pcie@10000000')):
        assert re.search(rf'^{driver} +0x\w{{10}}  {name} \(', text, re.M), text
    assert len(re.findall(r'^virtio ', text, re.M)) == 32
    none = re.findall(r'^- +0x\w{10}  (\S+) ', m.run_check('board -n'), re.M)
    assert none == re.findall(r'^- +0x\w{10}  (\S+) ', text, re.M)
    assert 'intc@8000000' in none and 'pl011@9000000' not in none
    devices, served = map(int, re.search(r'(\d+) devices with registers, (\d+) with a driver', text).groups())
    assert devices - served == len(none)
    m.run_check('fdt addr ${fdtcontroladdr}')
    m.run_check('fdt set /pl031@9010000 compatible "acme,clock"')
    assert 'pl031@9010000 (acme,clock)' in m.run_check('board -n')
