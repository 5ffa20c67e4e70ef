# SPDX-License-Identifier: BSD-2-Clause
"""Network devices that only the tree tells of, their PHY behind MDIO: Cadence GEM and NXP's FEC, on QEMU 10."""

import random
import re
import time
import zlib

import pytest

from conftest import built
from test_block import qmp
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


def without_cable(m, path, device):
    """No carrier: said, in a bounded time; Ctrl-C is heard at once, while it is waited for, too."""
    m.run_check('setenv autoload no; dhcp')
    qmp(path, 'set_link', name=device, up=False)
    assert re.search(r'^eth0 : \S+ \S+ active no link$', m.run_check('net list'), re.M)
    for line in ('dhcp', 'ping 10.0.2.2', 'tftpboot ${loadaddr} 10.0.2.2:x'):
        m.send(line + '\r')
        m.wait(line, literal=True)
        time.sleep(0.3)     # the wait is three seconds long
        m.send('\x03')
        text = m.prompt(10)
        assert text.split()[-1] == '<INTERRUPT>' and 'no link' not in text, m.text
    m.send('dhcp\r')
    m.wait(r'Warning: \S+ has no link')
    m.wait('BOOTP broadcast 2')
    m.send('\x03')
    assert 'Abort' in m.prompt(10)
    assert 'not alive' in m.run_fail('ping 10.0.2.2', timeout=60)


@pytest.mark.parametrize('kind', ONE)
def test_no_cable(start, kind, tmp_path):   # noqa: F811
    m = start(*ONE[kind], extra=['-nic', 'user', '-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off'])
    without_cable(m, tmp_path / 'qmp', {'gem': 'cadence_gem.0', 'fec': 'imx.enet.0'}[kind])


@pytest.mark.parametrize('model', ['e1000', 'e1000e'])
def test_no_cable_pci(loft, model, tmp_path):
    m = loft(extra=('-netdev', 'user,id=n', '-device', f'{model},netdev=n,id=d',
                    '-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off'))
    without_cable(m, tmp_path / 'qmp', 'd')


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


def phys(m, name):
    """mii and mdio: what answers, ranges, bits that are set, and one sentence for what cannot be. Returns its address."""
    assert re.fullmatch(f"MII devices: '{name}'.*\nCurrent device: '{name}'", m.run_check('mii device'))
    at, oui, mbit = re.search(r'^PHY 0x(\w\w): OUI = 0x(\w{4,}), Model = 0x\w\w, Rev = 0x\w\w, +(\d+)baseT, FDX$',
                              m.run_check('mii info'), re.M).groups()
    at = f'{int(at, 16):x}'
    assert m.run_check(f'mii info {at}') == m.run_check('mii info')
    words = re.findall(rf'^addr={at:0>2} reg=(\w\w) data=(\w{{4}})$', m.run_check(f'mii read {at} 0-5'), re.M)
    assert [int(reg, 16) for reg, _ in words] == list(range(6))
    number = int(words[2][1] + words[3][1], 16)
    assert number >> 10 == int(oui, 16)
    assert m.run_check(f'mii read {at} 2') == words[2][1]
    # bits that are there to be changed
    m.run_check(f'mii write {at} 4 0de1')
    m.run_check(f'mii modify {at} 4 0 140')
    assert m.run_check(f'mii read {at} 4') == '0CA1'
    m.run_check(f'mdio write {name} 4 1e1')
    assert m.run_check(f'mdio read eth0 4') == f'Reading from bus {name}\nPHY at address {at}:\n4 - 0x1e1'
    assert m.run_check(f'mdio read {name} {at} 2-3').endswith(f'2 - 0x{int(words[2][1], 16):x}\n3 - 0x{int(words[3][1], 16):x}')
    assert f'{name}:\n{at} - Generic PHY <--> {name}' in m.run_check('mdio list')
    dump = m.run_check(f'mii dump {at}')
    assert re.search(r'^  \(0004:0004\) 1\. 2    = +1     link status$', dump, re.M)
    assert '4.     (01e1)                 -- Autonegotiation advertisement register --' in dump
    assert m.run_check(f'mii dump {at} 1') in dump
    nobody = '1f' if at != '1f' else '1e'
    for line, sentence in (
            ('mii read 20 0', "mii: PHY address '20' is not within 0 and 1f, nor a range of these"),
            (f'mii read {at} 3-20', "mii: register '3-20' is not within 0 and 1f, nor a range of these"),
            (f'mii read {at} 5-2', "mii: register '5-2' is not within 0 and 1f, nor a range of these"),
            ('mii read -1 0', "mii: PHY address '-1' is not within 0 and 1f, nor a range of these"),
            (f'mii read {at} 1ffffffffffffffff', "mii: register '1ffffffffffffffff' is not within 0 and 1f, nor a range of these"),
            (f'mii write {at} 4 10000', "mii: data '10000' is not within 0 and ffff"),
            (f'mii modify {at} 4 0 x', "mii: mask 'x' is not within 0 and ffff"),
            (f'mii info {nobody}', f'mii: {name}: no PHY answers at {nobody}'),
            (f'mii dump {nobody}', f'mii: {name}: no PHY answers at {nobody}'),
            (f'mii modify {nobody} 4 0 1', f'mii: {name}: no PHY answers at {nobody}'),
            (f'mii dump {at} 6', 'mii: registers 0 to 5 have names for their bits, 6 has none'),
            ('mii device nosuch', "mii: no device 'nosuch' with MDIO: `mii device` has those that are there"),
            (f'mdio read nosuch {at} 0', "mdio: no device 'nosuch' with MDIO: `mdio list` has those that are there"),
            (f'mdio read {at} 3.7', "mdio: '3.7': only registers of clause 22 are known, without a device")):
        assert m.run_fail(line) == sentence, line
    for line in ('mii', f'mii read {at}', f'mii write {at} 4', 'mii nosuch', f'mii modify {at} 4 0', 'mdio', f'mdio write {at} 4'):
        assert 'Usage:' in m.run_fail(line), line
    # a name of a device, by its beginning and Tab
    m.send(f'mii de\t{name}\t\r')
    m.wait(f'mii device {name} ', literal=True)
    assert not m.prompt().strip()
    return at, int(mbit)


@pytest.mark.parametrize('kind', ONE)
def test_mii(start, kind):      # noqa: F811
    """Before the network runs, and after it has."""
    m = start(*ONE[kind], extra=['-nic', 'user'])
    assert phys(m, f'{kind}#0')[1] == {'gem': 1000, 'fec': 100}[kind]
    m.run_check('setenv autoload no; dhcp; ping 10.0.2.2')
    assert 'baseT, FDX' in m.run_check('mii info')
    assert m.run_check('ping 10.0.2.2').endswith('is alive')


@pytest.mark.parametrize('model', ['e1000', 'e1000e'])
def test_mii_pci(loft, model):
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), extra=(
        '-netdev', 'user,id=n', '-device', f'{model},netdev=n'))
    name = re.search(r'e1000@\S+', m.run_check('net list'))[0]
    m.run_check('setenv autoload no; dhcp')
    phys(m, name)
    assert m.run_check('ping 10.0.2.2').endswith('is alive')


def test_mii_without(loft):
    """virtio has none."""
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), extra=('-netdev', 'user,id=n', '-device', 'virtio-net-device,netdev=n'))
    for line in ('mii info', 'mii read 0 0', 'mii device'):
        assert m.run_fail(line).endswith('mii: no network device here has a PHY behind MDIO')
    assert m.run_fail('mdio list') == 'mdio: no network device here has a PHY behind MDIO'
