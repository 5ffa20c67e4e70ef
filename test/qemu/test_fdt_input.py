# SPDX-License-Identifier: BSD-2-Clause
"""Device trees other than QEMU's own: reservations, banks, nonsense."""

import re
import subprocess

import pytest

from conftest import QEMU
from elfbuild import R, W, Elf, Segment
from test_boot import checked


@pytest.fixture
def dtb(tmp_path):
    """Make a variant of QEMU's tree: dtb(add='text of more nodes', reserve=[(address, size)], **machine)."""
    def make(add='', reserve=(), memory='1G', edit=lambda text: text):
        plain = tmp_path / 'plain.dtb'
        subprocess.run([QEMU, '-M', f'virt,dumpdtb={plain}', '-cpu', 'cortex-a57', '-m', memory], check=True,
                       capture_output=True)
        text = subprocess.run(['dtc', '-I', 'dtb', '-O', 'dts', str(plain)], check=True, capture_output=True,
                              text=True).stdout
        lines = ''.join(f'/memreserve/ {a:#x} {s:#x};\n' for a, s in reserve)
        text = edit(text).replace('/dts-v1/;', '/dts-v1/;\n' + lines) + f'/ {{ {add} }};\n'
        out = tmp_path / 'new.dtb'
        subprocess.run(['dtc', '-I', 'dts', '-O', 'dtb', '-o', str(out)], input=text, check=True, text=True,
                       capture_output=True)
        return out
    return make


RESERVED = """reserved-memory {
	#address-cells = <2>; #size-cells = <2>; ranges;
	secret@50000000 { reg = <0 0x50000000 0 0x200000>; no-map; };
	kept@51000000 { reg = <0 0x51000000 0 0x1000>; };
};"""


def test_reservations_are_owned(loft, qemu, dtb, tmp_path):
    tree = dtb(RESERVED, [(0x52000000, 0x10000)])
    m = loft(dtb=tree)
    text = m.run('memmap')
    assert re.search(r'0x0*50000000  0x0*501fffff .* n.*secret', text), text
    assert re.search(r'0x0*51000000  0x0*51000fff .*kept', text), text
    assert re.search(r'0x0*52000000  0x0*5200ffff ', text), text
    for at in (0x50000000, 0x501ff000, 0x51000000, 0x5200f000):
        file = tmp_path / f'{at:x}.elf'
        file.write_bytes(Elf([Segment(), Segment(paddr=at, flags=R | W)]).bytes())
        again = qemu(dtb=tree, kernel=file)
        assert re.search(r'segment 1', again.prompt()), again.text
        again.kill()


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_kernel_sees_reservations(qemu, dtb, highhalf, el2):
    """The example checks that no-map memory is not in the linear map."""
    text = qemu(dtb=dtb(RESERVED, [(0x52000000, 0x10000)]), kernel=highhalf, el2=el2).finish()
    checked(text)
    assert '0x50000000 .. 0x501fffff' in text


def test_no_map_memory_faults(loft, dtb):
    m = loft(dtb=dtb(RESERVED))
    assert 'fault' in m.run('md 50000000 1')
    assert m.run('echo on') == 'on'
    assert m.run_check('md 51000000 1').startswith('51000000:')


def test_device_nodes_that_make_no_sense(qemu, dtb, highhalf):
    """Windows that wrap, lie over DRAM or have no address are passed over; the boot goes on."""
    tree = dtb('''
	wrap@0 { compatible = "test,wrap"; reg = <0xffffffff 0xfffff000 0x0 0x10000>; };
	big@0 { compatible = "test,big"; reg = <0 0 0xffffffff 0xffffffff>; };
	odd@0 { compatible = "test,odd"; reg = <1 2 3>; };
	ram@0 { compatible = "test,ram"; reg = <0 0x48000000 0 0x1000>; };
	empty@0 { compatible = "test,empty"; reg = <0 0x0b000000 0 0>; };
''')
    checked(qemu(dtb=tree, kernel=highhalf).finish())


def test_console_by_alias_or_not_at_all(loft, dtb):
    """Without stdout-path the board's own UART serves."""
    m = loft(dtb=dtb(edit=lambda text: re.sub(r'stdout-path = [^;]*;', '', text)))
    assert m.run('echo on') == 'on'


def test_broken_tree_is_named(loft, build):
    """A Loft that finds no device tree says so in one sentence; it has nothing to run on."""
    m = loft(loads=[(build / 'loft.bin', 0x48000000)])
    m.run('mw.l 40000000 0 10')
    m.send('go 48000000\r')
    m.wait(r'(?i)device tree[^\n]*\n', timeout=20)
