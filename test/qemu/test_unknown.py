# SPDX-License-Identifier: BSD-2-Clause
"""What reset leaves UNKNOWN is anything: test/silicon/unknown.S fills registers and DRAM with patterns, and then
enters Loft, by every way in."""

import subprocess

import pytest

from conftest import CROSS, ROOT
from test_boards import LOAD, image, kernels, pi    # noqa: F401
from test_boot import checked
from test_el3 import SECURE
from test_linux import LINUX, booted
from test_vhe import verdict

PATTERNS = ['a5a5a5a5a5a5a5a5', '5a5a5a5a5a5a5a5a', 'ffffffffffffffff']
FILLED = pytest.mark.parametrize('pattern', PATTERNS, ids=[p[:2] for p in PATTERNS])
ONE = pytest.mark.parametrize('pattern', PATTERNS[:1], ids=['a5'])      # where a boot takes long
# (machine, el2)
ENTRIES = [pytest.param('', False, id='el1'), pytest.param('', True, id='el2'),
           pytest.param(SECURE, False, id='el3-el1'), pytest.param(SECURE, True, id='el3-el2')]
SHIM = 0x50000000       # where it lies, out of what it fills


@pytest.fixture
def shim(tmp_path):
    """unknown.S, assembled; its file."""
    def make(pattern, **defines):
        flags = {'PATTERN': f'0x{pattern}', 'DONE': '0x400fff00', 'FILL_FROM': '0x40100000', 'FILL_TO': '0x48000000',
                 'UART': '0x09000000', 'SECURE_RAM': '0x0e000000', 'SECURE_END': '0x0e100000', **defines}
        elf, out = tmp_path / 'unknown.elf', tmp_path / 'unknown.bin'
        subprocess.run([CROSS + 'gcc', '-nostdlib', '-static', '-march=armv8.2-a', '-Wl,--build-id=none', '-Wl,-Ttext=0',
                        *(f'-D{k}={v}' for k, v in flags.items()), '-o', str(elf),
                        str(ROOT / 'test/silicon/unknown.S')], check=True)
        subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(elf), str(out)], check=True)
        return out
    return make


@pytest.fixture
def filled(qemu, shim):
    """qemu(), with Loft in flash, and every CPU that reset starts begins in the shim."""
    def start(pattern, smp=1, machine='', extra=(), **kw):
        enter = [arg for n in range(smp if SECURE in machine else 1)
                 for arg in ('-device', f'loader,addr={SHIM:#x},cpu-num={n}')]
        return qemu(loads=[(shim(pattern, LOFT_AT='0'), SHIM)], extra=[*enter, *extra], smp=smp, machine=machine,
                    **kw)
    return start


@FILLED
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
@pytest.mark.parametrize('machine,el2', ENTRIES)
def test_flash(filled, highhalf, pattern, cpu, machine, el2):
    """From reset: -bios. At EL3 all four CPUs come that way; elsewhere QEMU is the firmware that starts them."""
    text = filled(pattern, kernel=highhalf, cpu=cpu, smp=4, machine=machine, el2=el2).finish()
    assert text.startswith('?'), text
    checked(text)


@FILLED
@pytest.mark.parametrize('gic', ['2', '3'])
def test_gic(filled, highhalf, pattern, gic):
    checked(filled(pattern, kernel=highhalf, cpu='max', smp=4, machine=f'{SECURE},gic-version={gic}',
                 el2=True).finish())


@FILLED
@pytest.mark.parametrize('machine,el2', ENTRIES[:2])
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_image(loft, build, highhalf, shim, pattern, cpu, machine, el2):
    """As another loader's image in DRAM: -kernel. x0 is the tree, as that protocol says."""
    binary = build / 'loft.bin'
    image = shim(pattern, KEEP_X0='1', LOFT=f'"{binary}"', DONE='0x40000100',
                 FILL_FROM=hex(0x40080000 + (binary.stat().st_size + 0x3fff & ~0xfff)))
    m = loft(bios=False, kernel=image, cpu=cpu, smp=2, machine=machine, el2=el2, loads=[(highhalf, 0x50000000)])
    assert m.text.startswith('?'), m.text
    m.send('bootelf 50000000\r')
    checked(m.finish())


@FILLED
@pytest.mark.parametrize('machine', ['', SECURE], ids=['el2', 'el3'])
def test_vhe(filled, build, pattern, machine):
    """A kernel at EL2, whose E2H registers nobody else has written."""
    verdict(filled(pattern, kernel=build / 'examples/highhalf/highhalf-el2.elf', cpu='max', machine=machine,
                 el2=True).finish())


PI_UART = {'raspi3b': 0x3f201000, 'raspi4b': 0xfe201000}


@ONE
@pytest.mark.parametrize('machine', PI_UART)
def test_armstub(pi, kernels, shim, pattern, machine):     # noqa: F811
    """The Pis' way in at EL3, in DRAM at 0, on four CPUs; here the board names what CNTFRQ_EL0 shall be."""
    at = 0x20000000
    flags = {'FILL_FROM': '0x1000000', 'FILL_TO': '0x8000000', 'UART': hex(PI_UART[machine])}
    program = shim(pattern, LOFT_AT='0', CNTFRQ='1', DONE=hex(at + 0x100000), **flags)
    m = pi(machine, el=3, loads=[(kernels / 'noat.elf', LOAD), (program, at)],
           extra=[arg for n in range(4) for arg in ('-device', f'loader,addr={at:#x},cpu-num={n}')])
    assert '?\nLoft' in m.text, m.text
    m.send(f'bootelf {LOAD:x}\r')
    m.wait(r'highhalf: (\d+) ok, (\d+) FAIL')
    assert m.child.match[2] == '0' and 'highhalf: 3 further CPUs' in m.text, m.text


@ONE
@pytest.mark.payload
@pytest.mark.parametrize('machine,el2', ENTRIES[1:])
def test_linux(filled, payloads, pattern, machine, el2):
    """Debian's Linux, whose own early code relies on what the boot requirements promise."""
    text = filled(pattern, kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', cpu='max', smp=4,
                machine=machine, el2=el2, append='console=ttyAMA0').finish(LINUX)
    booted(text, el2, 4)
