# SPDX-License-Identifier: BSD-2-Clause
"""Network devices that only the tree tells of, their PHY behind MDIO: Cadence GEM and NXP's FEC, on QEMU 10."""

import random
import zlib

import pytest

from test_boards import image, kernels, pi      # noqa: F401 (fixtures)
from test_machines import BASE, MACHINES, edited, start     # noqa: F401

# Image, machine, device, and where the firmware's tree has it: of QEMU's network cards the fourth on zcu102
CARDS = {
    'versal': ('xlnx_versal', 'versal', 'gem#0', 0),
    'versal-generic': ('generic', 'versal', 'gem#0', 0),
    'zcu102': ('xlnx_zcu102', 'zcu102-el2', 'gem#0', 3),
    'imx8mp': ('imx8mp_evk', 'imx8mp', 'fec#0', 0),
    'imx8mp-generic': ('generic', 'imx8mp', 'fec#0', 0),
}
LOAD = 0x20000000
ONE = {'gem': ('versal', 'xlnx_versal'), 'fec': ('imx8mp', 'imx8mp_evk')}


@pytest.mark.parametrize('card', CARDS)
def test_boots(start, card, kernels, tmp_path):    # noqa: F811
    """An address, a large file, blocks of other sizes, and a kernel that is let alone by the device."""
    (tmp_path / 'big').write_bytes(random.Random(3).randbytes(5 << 20 | 3))
    (tmp_path / 'kernel').write_bytes((kernels / 'noat.elf').read_bytes())
    board, name, device, number = CARDS[card]
    load = f'{BASE.get(name, 0) + LOAD:x}'
    nics = []
    for i in range(number + 1):
        nics += ['-nic', f'user,id=n{i},tftp={tmp_path},bootfile=kernel']
    m = start(name, board, extra=nics)
    assert f'eth0 : {device} 52:54:00:12:34:' in m.run_check('net list')
    m.run_check('setenv autoload no; dhcp')
    assert f'{device} device' in m.run_check(f'tftpboot {load} big')
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32((tmp_path / "big").read_bytes()):08x}')
    for block in (512, 9000):
        m.run_check(f'setenv tftpblocksize {block}; tftpboot {load} kernel')
    assert m.run_check('ping 10.0.2.2').endswith('is alive')
    m.run_check(f'setenv autoload; dhcp {load}')
    m.send(f'bootelf {load}\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


@pytest.mark.parametrize('kind', ONE)
def test_no_cable(start, kind):   # noqa: F811
    """A PHY without a link: said by nobody's answer, in a bounded time, and Ctrl-C ends it."""
    m = start(*ONE[kind], extra=['-netdev', 'hubport,hubid=9,id=h', '-net', 'nic,netdev=h'])
    m.run_check('setenv ipaddr 10.0.2.15; setenv netmask 255.255.255.0')
    assert 'not alive' in m.run_fail('ping 10.0.2.2', timeout=60)
    m.send('dhcp\r')
    m.wait('BOOTP broadcast 2')
    m.send('\x03')
    assert 'Abort' in m.prompt(10)


def test_tree(start, tmp_path):     # noqa: F811
    """A MAC address that the tree has comes before the device's; one that cannot be does not."""
    def edit(text, mac):
        return text.replace('fsl,magic-packet;', f'fsl,magic-packet; local-mac-address = [{mac}];', 1)
    for mac, seen in (('02 11 22 33 44 55', '02:11:22:33:44:55'), ('01 11 22 33 44 55', '52:54:00:12:34:56'),
                      ('02 11 22 33 44', '52:54:00:12:34:56')):
        dtb = edited(tmp_path, MACHINES['imx8mp'][1], lambda text: edit(text, mac))
        m = start('imx8mp', 'imx8mp_evk', dtb=dtb, extra=['-nic', 'user'])
        assert f'eth0 : fec#0 {seen} active' in m.run_check('net list')
        m.run_check('setenv autoload no; dhcp')
        assert m.run('echo $ethaddr') == seen
