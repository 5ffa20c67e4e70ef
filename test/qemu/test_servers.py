# SPDX-License-Identifier: BSD-2-Clause
"""Booting from the servers that people have, with the configuration of doc/network.md."""

import calendar
import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import time
import zlib
from pathlib import Path

import pytest

from conftest import built
from console import Hung
from servers import SERVER, Wire, need


@pytest.fixture
def wire(tmp_path, highhalf):
    (tmp_path / 'srv').mkdir()
    (tmp_path / 'srv/kernel.elf').write_bytes(highhalf.read_bytes())
    (tmp_path / 'srv/big').write_bytes(random.Random(1).randbytes(3 << 20 | 17))
    os.chmod(tmp_path, 0o755)
    w = Wire(tmp_path)
    yield w
    w.end()


def machine(loft, wire, device='virtio-net-device', **kw):
    return loft(extra=wire.nic(device), within=wire.within, **kw)


def has(m, file):
    data = file.read_bytes()
    assert m.run_check('printenv filesize') == f'filesize={len(data):x}'
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


def test_dnsmasq(loft, wire):
    """An address, names and the file; a name without a dot by the domains that the server named."""
    server = wire.dnsmasq(more='log-dhcp\nno-ping\ndhcp-match=set:known,option:client-machine-id,'
                          '00:12:34:56:78:9a:bc:de:f0:11:22:33:44:55:66:77:88\n')
    m = machine(loft, wire)
    m.run_check('setenv pxeuuid 12345678-9abc-def0-1122-334455667788; setenv hostname board')
    text = m.run_check('dhcp')
    assert "Filename 'kernel.elf'" in text and re.search(r'bound to address 10\.77\.0\.\d+ ', text)
    has(m, wire.dir / 'srv/kernel.elf')
    for name, value in (('serverip', SERVER), ('dnsip', SERVER), ('netmask', '255.255.255.0'), ('ntpserverip', SERVER),
                        ('domain', 'lab.example'), ('dnssearch', 'lab.example example'), ('hostname', 'board')):
        assert m.run_check(f'printenv {name}') == f'{name}={value}'
    assert m.run_check('dns files') == SERVER
    assert m.run_check('dns files.lab.example') == SERVER
    assert 'nobody.lab.example' in m.run_fail('dns nobody.lab.example')
    assert m.run_check('tftpboot 48000000 big')
    has(m, wire.dir / 'srv/big')
    assert "not found" in m.run_fail('tftpboot 48000000 nothing')
    assert m.run_check(f'ping {SERVER}').endswith('is alive')
    log = server.log.read_text()
    assert 'client provides name: board' in log and 'tags: known, ' in log and 'vendor class: PXEClient:Arch:00022' in log


def test_port_unreachable(loft, wire):
    """A host without the server: the sentence, at once."""
    m = machine(loft, wire)
    m.run_check(f'setenv ipaddr 10.77.0.9; setenv serverip {SERVER}; setenv dnsip {SERVER}')
    begun = time.monotonic()
    assert '10.77.0.1 says: port unreachable' in m.run_fail('tftpboot 48000000 x')
    assert m.run_fail('dns a.example') == 'a.example: 10.77.0.1 says: port unreachable'
    assert m.run_fail('wget 48000000 x') == 'connection refused, at byte 0'
    assert time.monotonic() - begun < 10


def test_isc_dhcp(loft, wire):
    """The other DHCP server, with its server in one place and its files in another."""
    conf, leases = wire.dir / 'dhcpd.conf', wire.dir / 'leases'
    conf.write_text('authoritative; ping-check false;\nsubnet 10.77.0.0 netmask 255.255.255.0 {\n'
                    f'  range 10.77.0.50 10.77.0.99; option routers 10.77.0.7; option domain-name-servers {SERVER}, 10.77.0.8;\n'
                    f'  option domain-name "isc.example"; option ntp-servers 10.77.0.9; next-server {SERVER};\n'
                    '  if substring(option vendor-class-identifier, 0, 9) = "PXEClient" { filename "kernel.elf"; }\n'
                    '  else { filename "nothing"; }\n}\n')
    leases.write_text('')
    wire.start(need('in.tftpd', 'tftpd-hpa'), '-L', '-u', 'root', '-s', wire.dir / 'srv', '-a', f'{SERVER}:69')
    server = wire.start(need('dhcpd', 'isc-dhcp-server'), '-f', '-d', '-4', '-cf', conf, '-lf', leases, '--no-pid', 'tap0',
                        until='Sending on')
    wire.listening(69, 'u')
    m = machine(loft, wire)
    text = m.run_check('dhcp')
    assert "Filename 'kernel.elf'" in text and re.search(r'bound to address 10\.77\.0\.[5-9]\d ', text), server.log.read_text()
    has(m, wire.dir / 'srv/kernel.elf')
    for name, value in (('serverip', SERVER), ('gatewayip', '10.77.0.7'), ('dnsip', SERVER), ('dnsip2', '10.77.0.8'),
                        ('ntpserverip', '10.77.0.9'), ('domain', 'isc.example'), ('netmask', '255.255.255.0')):
        assert m.run_check(f'printenv {name}') == f'{name}={value}'


def test_dhcp_names(loft, wire):
    """A server that knows Loft by its user class (77), and names the host of the files (66) for the name server to find."""
    conf, leases, names = wire.dir / 'dhcpd.conf', wire.dir / 'leases', wire.dir / 'names.conf'
    conf.write_text('authoritative; ping-check false;\nsubnet 10.77.0.0 netmask 255.255.255.0 {\n'
                    f'  range 10.77.0.50 10.77.0.99; option domain-name-servers {SERVER};\n'
                    '  if substring(option user-class, 1, 4) = "Loft" { option tftp-server-name "boot.isc.example"; filename "kernel.elf"; }\n'
                    '  else { filename "nothing"; }\n}\n')
    leases.write_text('')
    names.write_text('interface=tap0\nbind-interfaces\naddress=/boot.isc.example/10.77.0.2\n')
    wire.run('ip', 'addr', 'add', '10.77.0.2/24', 'dev', 'tap0')
    wire.start(*wire.dnsmasq_command(names), until='started')
    wire.start(need('in.tftpd', 'tftpd-hpa'), '-L', '-u', 'root', '-s', wire.dir / 'srv', '-a', '10.77.0.2:69')
    server = wire.start(need('dhcpd', 'isc-dhcp-server'), '-f', '-d', '-4', '-cf', conf, '-lf', leases, '--no-pid', 'tap0',
                        until='Sending on')
    wire.listening(69, 'u')
    m = machine(loft, wire)
    text = m.run_check('dhcp')
    assert 'TFTP from server 10.77.0.2; ' in text and "Filename 'kernel.elf'" in text, text + server.log.read_text()
    has(m, wire.dir / 'srv/kernel.elf')


@pytest.fixture
def beside(wire):
    """Another dnsmasq on the same wire, at 10.77.0.2, that gives addresses and nothing to boot."""
    other = wire.start('unshare', '-n', 'sh', '-c', 'echo here; exec sleep 100000', until='here')
    wire.run('sh', '-ec', 'ip link add br0 type bridge; ip link add v0 type veth peer name v1; '
             f'ip addr flush dev tap0; ip link set tap0 master br0; ip link set v0 master br0; ip link set v0 up; '
             f'ip addr add {SERVER}/24 dev br0; ip link set br0 up; ip link set v1 netns {other.pid}')
    enter = ['nsenter', '-t', str(other.pid), '-n', '--']
    wire.run(*enter, 'sh', '-ec', 'ip addr add 10.77.0.2/24 dev v1; ip link set v1 up')
    conf = wire.dir / 'beside.conf'
    conf.write_text('interface=v1\nbind-interfaces\nport=0\nno-ping\ndhcp-range=10.77.0.50,10.77.0.99\n')
    wire.start(*enter, *wire.dnsmasq_command(conf), until='started')


@pytest.mark.parametrize('more', ['', 'pxe-service=22,"Second",second.elf\n'], ids=['file', 'menu'])
def test_proxy(loft, wire, beside, more):
    """dnsmasq as a proxy: with one service it names the file at port 4011, of a menu of two the first is asked for."""
    wire.dnsmasq('dnsmasq-proxy', more, 'br0')
    m = machine(loft, wire)
    text = m.run_check('dhcp')
    assert "TFTP from server 10.77.0.1" in text and "Filename 'kernel.elf'" in text


def test_labgrid_lava(loft, qemu, wire, payloads):
    """Their commands as they send them, and Debian's kernel runs."""
    wire.dnsmasq()
    shutil.copy(payloads / 'Image', wire.dir / 'srv/Image')
    shutil.copy(payloads / 'initramfs.cpio.gz', wire.dir / 'srv/ramdisk')
    m = machine(loft, wire)
    for line in ('setenv autoload no', 'setenv initrd_high 0xffffffff', 'setenv fdt_high 0xffffffff', 'dhcp',
                 f'setenv serverip {SERVER}', 'setenv loadaddr 0x48000000', 'tftpboot ${loadaddr} Image',
                 'setenv initrd_addr_r 0x58000000', 'tftpboot ${initrd_addr_r} ramdisk',
                 'setenv initrd_size ${filesize}', "setenv bootargs 'console=ttyAMA0 by=lava'"):
        m.run_check(line, timeout=60)
    m.send('booti ${loadaddr} ${initrd_addr_r}:${initrd_size} ${fdtcontroladdr}\r')
    text = m.finish(120)
    assert 'loft-test: userspace reached' in text and 'by=lava' in text


def test_pxelinux(loft, wire, payloads):
    """pxelinux.cfg from dnsmasq, to userspace."""
    wire.dnsmasq()
    shutil.copy(payloads / 'Image.gz', wire.dir / 'srv/linux')
    shutil.copy(payloads / 'initramfs.cpio.gz', wire.dir / 'srv/initrd.gz')
    (wire.dir / 'srv/pxelinux.cfg').mkdir()
    (wire.dir / 'srv/pxelinux.cfg/default').write_text(
        'default debian\ntimeout 1\nlabel debian\n kernel linux\n initrd initrd.gz\n append console=ttyAMA0 by=pxe\n')
    m = machine(loft, wire)
    m.run_check('setenv boot_targets pxe')
    m.send('boot\r')
    text = m.finish(120)
    assert 'loft-test: userspace reached' in text and 'by=pxe' in text


@pytest.mark.skipif('LOFT_NETBOOT' not in os.environ, reason='make netboot-test')
def test_debian_installer(loft, wire):
    """Debian's own tree for a boot by network, served by dnsmasq: pxelinux.cfg, and its installer asks for the language."""
    tree = Path(os.environ['LOFT_NETBOOT']) / 'tree'
    shutil.copytree(tree / 'debian-installer', wire.dir / 'srv/debian-installer')
    (wire.dir / 'srv/pxelinux.cfg').mkdir()
    (wire.dir / 'srv/pxelinux.cfg/default').write_text(
        'default install\ntimeout 20\nlabel install\n menu label Install Debian\n kernel debian-installer/arm64/linux\n'
        ' initrd debian-installer/arm64/initrd.gz\n append console=ttyAMA0 DEBIAN_FRONTEND=text ---\n')
    wire.dnsmasq()
    m = machine(loft, wire)
    m.run_check('setenv boot_targets pxe')
    m.send('boot\r')
    m.wait('Starting kernel', timeout=120)
    m.wait('Choose the language', timeout=600)


def test_tftpd_hpa(loft, wire):
    """Blocks of every size, a put, and its refusals."""
    (wire.dir / 'srv/empty').write_bytes(b'')
    (wire.dir / 'srv/whole').write_bytes(random.Random(2).randbytes(1468 * 4))
    wire.start(need('in.tftpd', 'tftpd-hpa'), '-L', '-c', '-u', 'root', '-s', wire.dir / 'srv', '-a', f'{SERVER}:69')
    wire.listening(69, 'u')
    m = machine(loft, wire)
    m.run_check(f'setenv ipaddr 10.77.0.9; setenv serverip {SERVER}')
    m.run_check('tftpboot 48000000 big')
    has(m, wire.dir / 'srv/big')
    m.run_check('tftpput 48000000 $filesize put')
    for _ in range(50):
        if (wire.dir / 'srv/put').stat().st_size == (wire.dir / 'srv/big').stat().st_size:
            break
        time.sleep(0.05)
    assert (wire.dir / 'srv/put').read_bytes() == (wire.dir / 'srv/big').read_bytes()
    for size in (512, 1468, 8192, 65464):
        m.run_check(f'setenv tftpblocksize {size}')
        for name in ('big', 'whole', 'empty'):
            m.run_check(f'tftpboot 48000000 {name}')
            if name != 'empty':
                has(m, wire.dir / 'srv' / name)
    assert "File not found" in m.run_fail('tftpboot 48000000 nothing')


def test_atftpd(loft, wire, payloads):
    """The same of the other TFTP server: blocks and windows of some sizes, a put, and its refusal."""
    atftpd = payloads.parent / 'atftpd/atftpd'
    if not atftpd.exists():
        pytest.skip('make atftpd')
    (wire.dir / 'srv/whole').write_bytes(random.Random(2).randbytes(1468 * 4))
    (wire.dir / 'srv/put').touch()
    os.chmod(wire.dir / 'srv/put', 0o666)
    wire.start(atftpd, '--daemon', '--no-fork', '--user', 'root.root', '--logfile', '/dev/stdout', '--bind-address', SERVER, wire.dir / 'srv')
    wire.listening(69, 'u')
    m = machine(loft, wire)
    m.run_check(f'setenv ipaddr 10.77.0.9; setenv serverip {SERVER}')
    for size, window in ((512, 1), (1468, 16), (8192, 4), (65464, 16)):
        m.run_check(f'setenv tftpblocksize {size}; setenv tftpwindowsize {window}')
        for name in ('big', 'whole'):
            m.run_check(f'tftpboot 48000000 {name}')
            has(m, wire.dir / 'srv' / name)
    m.run_check('setenv tftpblocksize; setenv tftpwindowsize; tftpboot 48000000 big; tftpput 48000000 $filesize put')
    for _ in range(50):
        if (wire.dir / 'srv/put').read_bytes() == (wire.dir / 'srv/big').read_bytes():
            break
        time.sleep(0.05)
    assert (wire.dir / 'srv/put').read_bytes() == (wire.dir / 'srv/big').read_bytes()
    assert "File not found" in m.run_fail('tftpboot 48000000 nothing')


def test_nginx(loft, wire):
    wire.dnsmasq()
    wire.nginx()
    m = machine(loft, wire)
    m.run_check('setenv autoload no; dhcp')
    digest = hashlib.sha256((wire.dir / 'srv/big').read_bytes()).hexdigest()
    assert 'sha256 OK' in m.run_check(f'wget -s sha256={digest} 48000000 http://files/big')
    assert m.run_fail('wget 48000000 http://files/nothing') == 'HTTP error: 404 Not Found'


def test_wget_resumes(loft, wire):
    """nginx killed twenty times within 64 MiB: whole, and nothing comes twice but what was on its way."""
    wire.dnsmasq()
    size = 64 << 20
    data = random.Random(9).randbytes(size)
    (wire.dir / 'srv/huge').write_bytes(data)
    server = wire.nginx()
    m = machine(loft, wire)
    m.run_check('setenv autoload no; dhcp')
    before, at = wire.sent(), []
    m.send('wget 48000000 http://files/huge\r')
    for n in range(1, 21):
        while wire.sent() - before < n * size // 22:
            with contextlib.suppress(Hung):
                m.wait('will not come', timeout=0.01)   # a console that nobody reads stands still
        server = wire.kill(server)
        at.append(int(m.wait(r'going on at byte (\d+)\r', timeout=40)[1][1]))
    assert f'Bytes transferred = {size} ' in m.prompt(120)
    assert at == sorted(set(at))
    assert wire.sent() - before < size * 1.06 + len(at) * (1 << 20)
    assert m.run_check('crc32 48000000 $filesize', timeout=60).endswith(f'{zlib.crc32(data):08x}')


def test_chrony(loft, wire):
    """The clock of `date` is wrong by years, and after sntp it is not; who does not know the time is not believed."""
    server = wire.chrony()
    m = machine(loft, wire, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    m.run_check('setenv ipaddr 10.77.0.2; date 010100002020')
    assert 'ntpserverip' in m.run_fail('sntp')
    before = int(time.time())
    text = m.run_check(f'sntp {SERVER}')
    said = re.search(r'Date: (\S+) Time: (\S+)\.\d{3} UTC, stratum (\d+), \d+ ms away\nClock set; it was wrong by -(\d+) s',
                     text.replace('\r', ''))
    assert said and said[3] == '5', text
    stamp = calendar.timegm(time.strptime(f'{said[1]} {said[2]}', '%Y-%m-%d %H:%M:%S'))
    assert before - 1 <= stamp <= int(time.time()) + 1
    assert abs(stamp - int(said[4]) - calendar.timegm((2020, 1, 1, 0, 0, 0))) < 60
    assert time.strftime('%Y-%m-%d', time.gmtime(stamp)) in m.run_check('date')
    assert m.run_check(f'setenv ntpserverip {SERVER}; sntp')
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    assert 'port unreachable' in m.run_fail('sntp')
    wire.chrony(more='')
    assert 'does not know the time itself' in m.run_fail('sntp')
