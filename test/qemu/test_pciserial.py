# SPDX-License-Identifier: BSD-2-Clause
"""The console's line on QEMU's pci-serial, a 16550 in PCI's I/O space."""

import re
import socket

import pexpect
import pytest
from pexpect import fdpexpect

from conftest import built
from test_env import option

pytestmark = pytest.mark.skipif(not option('PCI') or not option('VIDEO'), reason='without CONFIG_PCI, CONFIG_VIDEO')


@pytest.fixture
def full():
    return built('qemu_virt_full', 'qemu_virt_full_defconfig')


class Line:
    """The other side of pci-serial."""

    def __init__(self, path):
        self.path = path
        self.options = ('-chardev', f'socket,id=line,path={path},server=on,wait=off')

    def open(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(self.path))
        self.child = fdpexpect.fdspawn(self.socket, timeout=30, encoding='latin-1')

    def run(self, command):
        self.child.send(command + '\r')
        self.child.expect_exact(command)
        self.child.expect(r'[\r\n]loft=> ')
        return self.child.before.replace('\r', '').strip('\n')


@pytest.fixture
def line(tmp_path):
    return Line(tmp_path / 'line')


# alone; behind another card with ports; the second function is a disk's
@pytest.mark.parametrize('devices', [('pci-serial,chardev=line',), ('pci-serial-2x,chardev1=line',),
                                     ('e1000', 'nec-usb-xhci', 'pci-serial,chardev=line,addr=9')])
def test_console(loft, line, full, devices):
    m = loft(bios=full, extra=(*line.options, *(a for d in devices for a in ('-device', d))))
    line.open()
    m.send('setenv stdout pciserial\r')
    line.child.expect('loft=> ')
    assert line.run('echo $stdout') == 'pciserial'
    # both directions, more than a FIFO of each
    text = 'the quick brown fox jumps over the lazy dog ' * 3 + '0123456789'
    assert line.run(f'echo "{text}"').replace('\n', '') == text
    assert 'FAIL' not in line.run('mmu audit')
    line.run('setenv stdout pciserial')  # it is already
    # Ctrl-C is looked for there
    line.child.send('sleep 1000\r')
    line.child.expect_exact('sleep 1000')
    line.child.send('\x03')
    line.child.expect('loft=> ')
    line.child.send('setenv stdout serial\r')
    m.prompt()
    assert m.run_check('echo back') == 'back'
    assert 'lazy dog' not in m.text




def test_none(loft, full):
    m = loft(bios=full)
    assert 'no serial port behind PCI' in m.run_fail('setenv stdout pciserial')
    for value in ('pciserialx', 'xpciserial', 'serial,pciserial,serial,vidconsole,serial,serial'):
        m.run_fail(f'setenv stdout {value}')
        assert m.run('echo $stdout') == 'serial'


def test_behind_a_bridge(loft, line, full):
    m = loft(bios=full, extra=(*line.options, '-device', 'pcie-root-port,id=p', '-device', 'pcie-pci-bridge,id=b,bus=p',
                               '-device', 'pci-serial,chardev=line,bus=b,addr=3'))
    assert re.search(r'the serial port pci 02\.03\.0: \w+', m.run_fail('setenv stdout pciserial'))
    assert m.run_check('echo here') == 'here'
