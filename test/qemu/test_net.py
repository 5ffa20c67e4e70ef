# SPDX-License-Identifier: BSD-2-Clause
"""The network: QEMU's user network, and a peer of this test's that speaks what it likes."""

import functools
import hashlib
import http.server
import random
import re
import socket
import struct
import subprocess
import threading
import time
import zlib
from xml.etree import ElementTree

import pytest

from conftest import PAYLOADS, ROOT, built
from console import Machine

QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
MODERN = ['-global', 'virtio-mmio.force-legacy=false']


@pytest.fixture(scope='module')
def tftp(tmp_path_factory, highhalf):
    """A directory that QEMU serves."""
    d = tmp_path_factory.mktemp('tftp')
    (d / 'kernel.elf').write_bytes(highhalf.read_bytes())
    (d / 'big').write_bytes(random.Random(1).randbytes(1468 * 700 + 17))
    return d


def user(tftp, extra=()):
    return ['-netdev', f'user,id=n,tftp={tftp},bootfile=kernel.elf', '-device', 'virtio-net-device,netdev=n', *extra]


@pytest.fixture
def new_qemu(build):
    """As loft, of QEMU 10."""
    started = []

    def start(extra):
        assert QEMU10.exists(), f'{QEMU10} is missing: make check fetches it'
        started.append(Machine([str(QEMU10), '-M', 'virt', '-cpu', 'cortex-a57', '-m', '1G', '-nic', 'none', '-display',
                                'none', '-monitor', 'none', '-serial', 'stdio', '-bios', str(build / 'loft.bin'), *extra]))
        started[-1].prompt()
        return started[-1]

    yield start
    for m in started:
        m.kill()


DEVICES = {
    'legacy': (['virtio-net-device,netdev=n'], 'virtio-net#31'),
    'modern': (['virtio-net-device,netdev=n', *MODERN], 'virtio-net#31'),
    'pci': (['virtio-net-pci,netdev=n'], 'virtio-net@00.01.0'),
    'pci modern': (['virtio-net-pci,netdev=n,disable-legacy=on'], 'virtio-net@00.01.0'),
    'pci legacy': (['virtio-net-pci,netdev=n,rx_queue_size=512,disable-modern=on,disable-legacy=off'], 'virtio-net@00.01.0'),
    'pci behind a bridge': (['pcie-root-port,id=p', '-device', 'virtio-net-pci,netdev=n,bus=p'],
                            'virtio-net@01.00.0'),
    'e1000': (['e1000,netdev=n'], 'e1000@00.01.0'),
    'e1000e': (['e1000e,netdev=n'], 'e1000@00.01.0'),
    'igb': (['igb,netdev=n'], 'e1000@00.01.0'),
}


@pytest.mark.parametrize('kind', DEVICES)
def test_dhcp_and_load(loft, new_qemu, tftp, kind):
    device, name = DEVICES[kind]
    full = {'bios': built('qemu_virt_full', 'qemu_virt_full_defconfig')} if kind == 'pci legacy' else {}
    m = (new_qemu if kind == 'igb' else loft)(
        **full, extra=['-netdev', f'user,id=n,tftp={tftp},bootfile=kernel.elf', '-device', *device])
    listed = m.run_check('net list')
    assert listed.removesuffix(' no link') == f'eth0 : {name} 52:54:00:12:34:56 active'
    assert kind == 'igb' or not listed.endswith('no link')  # its link is asked for when it starts
    text = m.run_check('dhcp')
    if kind == 'e1000':
        text = text.replace('BOOTP broadcast 2\n', '')    # QEMU's takes no frame in its first second
    assert text.startswith('BOOTP broadcast 1\nDHCP client bound to address 10.0.2.15 (')
    size = (tftp / 'kernel.elf').stat().st_size
    assert (f'Using {name} device\nTFTP from server 10.0.2.2; our IP address is 10.0.2.15\n'
            "Filename 'kernel.elf'.\nLoad address: 0x40200000\nLoading: *#") in text
    assert text.endswith(f'\ndone\nBytes transferred = {size} ({size:x} hex)')
    for name, value in (('ipaddr', '10.0.2.15'), ('netmask', '255.255.255.0'), ('gatewayip', '10.0.2.2'),
                        ('serverip', '10.0.2.2'), ('dnsip', '10.0.2.3'), ('bootfile', 'kernel.elf'),
                        ('filesize', f'{size:x}'), ('fileaddr', '40200000'), ('ethaddr', '52:54:00:12:34:56')):
        assert m.run_check(f'printenv {name}') == f'{name}={value}'
    big = (tftp / 'big').read_bytes()
    m.run_check('tftpboot 48000000 big')
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(big):08x}')
    assert m.run_check('ping 10.0.2.2').endswith('host 10.0.2.2 is alive')
    m.run_check('setenv autoload no')
    assert 'TFTP' not in m.run_check('dhcp')


def test_boots_from_network(loft, tftp):
    """What a test rig types."""
    m = loft(extra=user(tftp))
    m.send('dhcp; bootelf\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


def test_target(loft, tftp):
    """boot_targets knows dhcp; a server that has no such file is asked again while netretry says so."""
    m = loft(extra=user(tftp))
    m.run_check('setenv boot_targets dhcp')
    m.send('boot\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')
    m = loft(extra=['-netdev', f'user,id=n,tftp={tftp},bootfile=later.elf', '-device', 'virtio-net-device,netdev=n'])
    m.run_check('setenv boot_targets dhcp')
    assert 'nothing to boot in boot_targets (dhcp)' in m.run_fail('boot')
    m.run_check('setenv netretry yes')
    m.send('boot\r')
    m.wait('Not retrying')
    (tftp / 'later.elf').write_bytes((tftp / 'kernel.elf').read_bytes())
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


def test_refusals(loft, tftp):
    m = loft(extra=user(tftp))
    assert m.run_fail('tftpboot big') == "*** ERROR: `ipaddr' not set"
    m.run_check('setenv ipaddr 10.0.2.15; setenv serverip 10.0.2.2')
    text = m.run_fail('tftpboot nothing')
    assert text.endswith("TFTP error: 'File not found' (1)\nNot retrying...")
    end = int(m.run_check('printenv fdtcontroladdr').split('=')[1], 16)
    assert 'belongs to Loft' in m.run_fail(f'tftpboot {end:x} big')
    assert 'belongs to' in m.run_fail(f'tftpboot {end - 0x80000:x} big')
    assert 'DRAM has 0x0 there' in m.run_fail('tftpboot 0 big')
    m.run_check('setenv tftpblocksize 7')
    assert 'tftpblocksize: 7 is not 8 to 65464' in m.run_fail('tftpboot 48000000 big')
    m.run_check('setenv tftpblocksize; setenv tftpwindowsize 300')
    assert 'tftpwindowsize: 300 is not 1 to 256' in m.run_fail('tftpboot 48000000 big')


def test_pxe_names(loft, tftp):
    """Each name under which a menu may lie; where none does, or an empty one, that of before is not booted."""
    uuid = '12345678-9abc-def0-1122-334455667788'
    (tftp / 'pxelinux.cfg').mkdir(exist_ok=True)
    m = loft(extra=user(tftp))
    m.run_check(f'setenv autoload no; setenv pxeuuid {uuid}; dhcp')

    def menu(name, text):
        for file in (tftp / 'pxelinux.cfg').iterdir():
            file.unlink()
        if name:
            (tftp / 'pxelinux.cfg' / name).write_bytes(text)

    for name in (uuid, '01-52-54-00-12-34-56', '0A00020F', '0A000', '0', 'default'):
        menu(name, b'default ' + name.encode() + b'\nlabel ' + name.encode() + b'\n kernel nothing-' + name.encode() + b'\n')
        assert f"Config file 'pxelinux.cfg/{name}' found" in m.run_check('pxe get')
        assert f'Retrieving file: nothing-{name}\n' in m.run_fail('pxe boot')
    menu('', b'')
    assert m.run_fail('pxe get').endswith('Config file not found')
    assert 'no menu was loaded at' in m.run_fail('pxe boot')
    for text, words in ((b'', 'no menu was loaded at'), (b'default a\nlabel a\n append x\n', "label 'a' has no kernel"), (b'a\0b\xff', 'zero byte'),
                        (b'include pxelinux.cfg/default\n', 'more than 8 files are included'),
                        (b'default l\nlabel l\n localboot 0\n', '${localcmd} is not set')):
        menu('default', text)
        m.run_check('pxe get')
        assert words in m.run_fail('pxe boot')
    assert m.run_check("setenv localcmd 'echo LOCAL'; pxe boot").endswith('LOCAL')


def test_no_address(loft, tftp):
    """What is meant for an address is no name to look up; -s wants its digest."""
    m = loft(extra=user(tftp))
    m.run_check('setenv ipaddr 10.0.2.15; setenv dnsip 10.0.2.3; setenv serverip 10.0.2.2')
    for word in ('1.2.3', '1.2.3.4.5', '-1', '300.1.1.1'):
        for command in ('ping', 'dns', 'wget http://', 'wget 48000000 http://'):
            text = m.run_fail(f'{command}{"" if "//" in command else " "}{word}')
            assert f"'{word}' is no address" in text
    assert m.run_fail('wget -s').startswith('wget - ')


def test_variables(loft, tftp):
    """What is no number, address or word, or out of range: one sentence with the variable, its value and what may be."""
    m = loft(extra=user(tftp))
    for name, value in (('ipaddr', '10.0.2'), ('netmask', 'x'), ('gatewayip', '1.2.3.4.5'), ('serverip', 'host'), ('dnsip', '::1'),
                        ('ethaddr', '1:2:3')):
        assert m.run_fail(f'setenv {name} {value}').startswith(f'## Error: flags type check failure for "{name}" <= "{value}"')
    m.run_check('setenv ipaddr 10.0.2.15; setenv serverip 10.0.2.2')
    for name, limit in (('tftpblocksize', '8 to 65464'), ('tftpwindowsize', '1 to 256'), ('tftpdstp', '1 to 65535'),
                        ('tftptimeoutcountmax', '0 to 1000')):
        for value in ('abc', '-1', '1e3', '0x', '99999', '18446744073709551616'):
            m.run_check(f'setenv {name} {value}')
            assert m.run_fail('tftpboot 48000000 big') == f'{name}: {value} is not {limit}'
        m.run_check(f'setenv {name}')
    for name, value, words, command in (
            ('netmask', '255.0.255.0', 'is no mask', 'ping 10.0.2.2'), ('ethact', 'eth7', 'no device is', 'ping 10.0.2.2'),
            ('bootp_arch', 'zz', 'is no hexadecimal number', 'dhcp'), ('pxeuuid', '12', 'is no UUID', 'dhcp')):
        text = m.run_check(f'setenv {name} {value}; {command}')
        assert [line for line in text.split('\n') if name in line and f"'{value}'" in line and words in line], text
        m.run_check(f'setenv {name}')
    m.run_check('setenv loadaddr zz')
    assert "loadaddr: 'zz' is no hexadecimal number" in m.run_fail('tftpboot big')
    m.run_check('setenv netretry maybe')
    assert "netretry: 'maybe' is not yes, no or once" in m.run_fail('tftpboot 48000000 nothing')


def test_digest(loft, tftp):
    """${netdigest}: what has another is not there afterwards, under no name, and no target boots it."""
    big = (tftp / 'big').read_bytes()
    right = 'sha256=' + hashlib.sha256(big).hexdigest()
    m = loft(extra=user(tftp))
    m.run_check('setenv autoload no; dhcp')
    m.run_check(f'setenv netdigest {right}')
    text = m.run_check('tftpboot 48000000 big')
    assert 'sha256 OK' in text and text.endswith(f'Bytes transferred = {len(big)} ({len(big):x} hex)')
    assert 'big' in m.run_check('memmap')
    m.run_check('setenv filesize; setenv fileaddr')
    text = m.run_fail('tftpboot 48000000 kernel.elf')
    assert text.endswith("the file's sha256 is another than the one that is wanted") and 'Bytes' not in text
    assert '48000000' not in m.run_check('memmap')
    assert 'not defined' in m.run_fail('printenv filesize') and 'not defined' in m.run_fail('printenv fileaddr')
    m.run_check('setenv autoload yes')
    assert 'is another' in m.run_fail('dhcp 48000000')
    m.run_check('setenv boot_targets dhcp')
    text = m.run_fail('boot')
    assert 'is another' in text and 'highhalf' not in text
    for wrong, why in (('sha256=12', "netdigest: '12' is not 64 hexadecimal digits"), ('x', "netdigest: 'x' is not sha256=digest"),
                       ('rot13=00', 'netdigest: this Loft has no rot13'),
                       ('sha256=' + 'g' * 64, f"netdigest: '{'g' * 64}' is not 64 hexadecimal digits")):
        m.run_check(f'setenv netdigest {wrong}')
        assert m.run_fail('tftpboot 48000000 big').endswith(why)
    m.run_check('setenv netdigest sha256=' + hashlib.sha256((tftp / 'kernel.elf').read_bytes()).hexdigest())
    m.send('boot\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


def test_no_device(loft):
    m = loft()
    assert m.run_fail('dhcp') == 'No ethernet found.'
    assert m.run_check('net list') == ''


class TftpServer(threading.Thread):
    """Reads and writes, with blksize, tsize and windowsize, on a port of the host. It may lose every nth packet."""

    def __init__(self, files, lose=0):
        super().__init__(daemon=True)
        self.files, self.lose, self.sent, self.window, self.got = files, lose, 0, 0, {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.settimeout(0.3)
        self.port = self.socket.getsockname()[1]
        self.start()

    def send(self, packet, to):
        self.sent += 1
        if not self.lose or self.sent % self.lose:
            self.socket.sendto(packet, to)

    def run(self):
        while True:
            try:
                packet, peer = self.socket.recvfrom(2000)
            except socket.timeout:
                continue
            words = packet[2:].split(b'\0')
            asked = dict(zip(words[2::2], map(int, words[3::2]))) if packet[1] in (1, 2) else {}
            if packet[1] == 1:
                self.serve(self.files[words[0].decode()], asked, peer)
            elif packet[1] == 2:
                self.take(words[0].decode(), asked, peer)

    def serve(self, data, asked, peer):
        block, window = asked[b'blksize'], asked.get(b'windowsize', 1)
        self.window = window
        oack = b'\0\6blksize\0%d\0tsize\0%d\0windowsize\0%d\0' % (block, len(data), window)
        last, base = len(data) // block + 1, 0
        quiet = 0
        while base <= last and quiet < 20:
            if base == 0:
                self.send(oack, peer)
            else:
                for n in range(base, min(base + window, last + 1)):
                    at = (n - 1) * block
                    self.send(struct.pack('>HH', 3, n & 0xffff) + data[at:at + block], peer)
            try:
                reply, _ = self.socket.recvfrom(2000)
                quiet = 0
            except socket.timeout:
                quiet += 1
                continue
            kind, n = struct.unpack('>HH', reply[:4])
            if kind == 5:
                return
            if kind == 4:
                base += (n - (base - 1)) & 0xffff if base else n == 0

    def take(self, name, asked, peer):
        block, data, n = asked[b'blksize'], b'', 1
        self.send(b'\0\6blksize\0%d\0' % block, peer)
        while True:
            packet, _ = self.socket.recvfrom(2000)
            if struct.unpack('>HH', packet[:4]) == (3, n & 0xffff):
                data += packet[4:]
                n += 1
            if packet[1] == 3:
                self.send(struct.pack('>HH', 4, (n - 1) & 0xffff), peer)
            if len(packet) < 4 + block:
                break
        self.got[name] = data


@pytest.mark.parametrize('lose', [0, 50])
def test_windows(loft, tftp, lose):
    """RFC 7440 against a server that has it, also with packets lost; and a put."""
    data = random.Random(2).randbytes(2 << 20)
    server = TftpServer({'f': data}, lose)
    m = loft(extra=user(tftp))
    m.run_check(f'setenv autoload no; dhcp; setenv tftpdstp {server.port}; setenv tftpwindowsize 32')
    m.run_check('tftpboot 48000000 f')
    assert server.window == 32
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(data):08x}')
    if not lose:
        m.run_check('tftpput 48000000 12345 out')
        assert server.got['out'] == data[:0x12345]


def test_ctrl_c(loft, tftp):
    """At once, wherever it waits; and nothing counts as loaded."""
    m = loft(extra=user(tftp))
    m.run_check('setenv ipaddr 10.0.2.15; setenv serverip 10.0.2.77')
    m.send('tftpboot 48000000 big\r')
    m.wait(r'Loading: \*')
    m.send('\x03')
    start = time.monotonic()
    assert 'Abort' in m.prompt()
    assert time.monotonic() - start < 5
    assert 'big' not in m.run_check('memmap')
    m.send('ping 10.0.2.77\r')
    m.wait('Using')
    m.send('\x03')
    assert 'Abort' in m.prompt()


class Peer:
    """The other end of a wire."""

    MAC = b'\x02\0\0\0\0\x09'
    IP = bytes([10, 9, 0, 1])

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.settimeout(5)
        spare = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        spare.bind(('127.0.0.1', 0))
        self.qemu = spare.getsockname()
        spare.close()
        self.guest = b'\x52\x54\0\x12\x34\x56'

    def options(self):
        host, port = self.socket.getsockname()
        return ['-netdev', f'dgram,id=n,local.type=inet,local.host={host},local.port={self.qemu[1]},'
                f'remote.type=inet,remote.host={host},remote.port={port}',
                '-device', 'virtio-net-device,netdev=n,mac=52:54:00:12:34:56']

    def send(self, frame):
        self.socket.sendto(frame, self.qemu)

    def receive(self):
        return self.socket.recvfrom(2000)[0]

    def arp_reply(self, frame):
        return (frame[6:12] + self.MAC + frame[12:20] + b'\0\2' + self.MAC + frame[38:42] + frame[22:32])

    def udp(self, payload, source, target):
        udp = struct.pack('>HHHH', source, target, 8 + len(payload), 0) + payload
        ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, self.IP, bytes([10, 9, 0, 2]))
        total = sum(struct.unpack('>10H', ip))
        total = (total & 0xffff) + (total >> 16)
        total = (total & 0xffff) + (total >> 16)
        return self.guest + self.MAC + b'\x08\0' + ip[:10] + struct.pack('>H', 0xffff - total) + ip[12:] + udp

    def says(self, frame, port):
        """Is it data, an error or options, by a header that is right, from the server's port to the guest's?"""
        total = sum(struct.unpack('>10H', frame[14:34]))
        return (total % 0xffff == 0 and frame[34:38] == struct.pack('>HH', 4000, port) and frame[42] == 0 and
                frame[43] in (3, 5, 6))


def test_hostile_frames(loft):
    """10,000 frames that a fuzzer's dice made of right ones, in the middle of a load: it goes on, whole."""
    peer, dice = Peer(), random.Random(3)
    m = loft(extra=peer.options())
    m.run_check('setenv ipaddr 10.9.0.2; setenv serverip 10.9.0.1; setenv tftpwindowsize 1')
    m.send('tftpboot 48000000 f\r')
    frame = peer.receive()
    while frame[12:14] != b'\x08\x06':
        frame = peer.receive()
    arp = peer.arp_reply(frame)
    peer.send(arp)
    frame = peer.receive()
    assert frame[12:14] == b'\x08\0' and frame[36:38] == b'\0\x45' and frame[42:46] == b'\0\1f\0'
    port = struct.unpack('>H', frame[34:36])[0]
    data = dice.randbytes(512 * 100 + 5)
    made = 0
    for n in range(1, 102):
        block = peer.udp(struct.pack('>HH', 3, n) + data[(n - 1) * 512:n * 512], 4000, port)
        for _ in range(100):
            bad = bytearray(dice.choice([block, block, arp, peer.udp(b'\0\5\0\1no\0', 4001, port)]))
            for _ in range(dice.randrange(1, 6)):
                bad[dice.randrange(12, min(len(bad), 46))] = dice.randrange(256)
            if peer.says(bad, port):
                continue    # that would be the server's word
            peer.send(bytes(bad[:dice.randrange(1, len(bad) + 1)]))
            made += 1
        for _ in range(60):
            peer.send(block)
            peer.socket.settimeout(0.5)
            try:
                reply = peer.receive()
                while not (reply[12:14] == b'\x08\0' and reply[42:46] == struct.pack('>HH', 4, n)):
                    reply = peer.receive()
                break
            except socket.timeout:
                if n == 101:
                    break       # the last acknowledgement may be lost, and nobody says it again
        else:
            pytest.fail(f'block {n} is not acknowledged: {m.prompt()}')
    assert made > 9000
    m.prompt()
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(data):08x}')


class Files(http.server.BaseHTTPRequestHandler):
    """/f with ranges and an ETag; a connection may be cut after some bytes; /moved leads there."""

    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def setup(self):
        super().setup()
        self.server.connections += 1

    def moved(self, says, does, body=b''):
        """A redirect with a text of its own; @says, @does: the connection ends behind it."""
        self.send_response(302)
        self.send_header('Location', '/f')
        self.send_header('Content-Length', str(len(body)))
        if says:
            self.send_header('Connection', 'close')
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = does

    def do_GET(self):
        data = self.server.data
        if self.path == '/moved':
            self.moved(False, False)
            return
        if self.path.startswith('/moved,'):
            self.moved('says' in self.path, 'ends' in self.path, b'<html>It is at /f.</html>' * (1000 if 'long' in self.path else 20))
            return
        if self.path == '/closed' and self.headers.get('Authorization') != 'Basic bWU6YUBi':
            self.send_error(401)
            return
        if self.path not in ('/f', '/closed'):
            self.send_error(404)
            return
        start = 0
        asked = self.headers.get('Range')
        if asked and self.headers.get('If-Range') == '"%s"' % self.server.tag:
            start = int(asked.removeprefix('bytes=').rstrip('-'))
        self.server.starts.append(start)
        self.send_response(206 if start else 200)
        if not self.server.silent:
            self.send_header('ETag', '"%s"' % self.server.tag)
        self.send_header('Content-Length', str(len(data) - start))
        if start:
            self.send_header('Content-Range', f'bytes {start}-{len(data) - 1}/{len(data)}')
        self.end_headers()
        end = len(data)
        if self.server.cuts:
            self.server.cuts -= 1
            end = min(end, start + len(data) // 22)
        self.wfile.write(data[start:end])
        self.close_connection = True


@pytest.fixture
def web():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Files)
    server.data, server.tag, server.cuts, server.starts = random.Random(5).randbytes(4 << 20), 'one', 0, []
    server.silent, server.connections = False, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_wget(loft, tftp, web):
    m = loft(extra=user(tftp))
    url = f'http://10.0.2.2:{web.server_address[1]}'
    m.run_check('setenv autoload no; dhcp')
    size = len(web.data)
    text = m.run_check(f'wget 48000000 {url}/f')
    assert f'{size} bytes transferred in ' in text and text.endswith(f'Bytes transferred = {size} ({size:x} hex)')
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(web.data):08x}')
    digest = hashlib.sha256(web.data).hexdigest()
    assert 'sha256 OK' in m.run_check(f'wget -s sha256={digest} 48000000 {url}/moved')
    assert "sha256 is another" in m.run_fail(f'wget -s sha256={"0" * 64} 48000000 {url}/f')
    assert '48000000' not in m.run_check('memmap')      # nothing counts as loaded there
    assert m.run_fail(f'wget 48000000 {url}/none') == 'HTTP error: 404 Not Found'
    assert 'DRAM has 0x0 there' in m.run_fail(f'wget 0 {url}/f')
    assert 'no TLS' in m.run_fail('wget 48000000 https://10.0.2.2/f')


@pytest.mark.parametrize('way, connections', [('', 1), (',stays', 1), (',says,ends', 2), (',ends', 2), (',long', 2)])
def test_wget_goes_on(way, connections, loft, tftp, web):
    """A redirect on the same server is followed on the same connection; one that is gone is not missed."""
    m = loft(extra=user(tftp))
    m.run_check('setenv autoload no; dhcp')
    text = m.run_check(f'wget 48000000 http://10.0.2.2:{web.server_address[1]}/moved{way}')
    assert 'Redirected to' in text and 'broke' not in text and web.starts == [0]
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(web.data):08x}')
    assert web.connections == connections


def test_wget_user(loft, tftp, web):
    """Basic authentication, for the server that was named and no other."""
    m = loft(extra=user(tftp))
    url = f'10.0.2.2:{web.server_address[1]}'
    m.run_check('setenv autoload no; dhcp')
    assert m.run_fail(f'wget 48000000 http://{url}/closed') == 'HTTP error: 401 Unauthorized'
    assert m.run_fail(f'wget 48000000 http://me:wrong@{url}/closed') == 'HTTP error: 401 Unauthorized'
    m.run_check(f'wget 48000000 http://me:a%40b@{url}/closed')
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(web.data):08x}')
    assert m.run_fail(f'wget 48000000 http://{url}/closed') == 'HTTP error: 401 Unauthorized'


def test_wget_resumes(loft, tftp, web):
    """Twenty broken connections: whole, and no byte but what was on its way is fetched twice."""
    m = loft(extra=user(tftp))
    m.run_check('setenv autoload no; dhcp')
    web.cuts = 20
    text = m.run_check(f'wget 48000000 http://10.0.2.2:{web.server_address[1]}/f', timeout=120)
    assert 'going on at byte' in text and 'anew' not in text
    assert len(web.starts) == 21 and web.starts == sorted(set(web.starts))
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(web.data):08x}')


def test_wget_python_server(loft, tftp):
    """What is on everybody's machine."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tftp))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    m = loft(extra=user(tftp))
    m.run_check('setenv autoload no; dhcp')
    m.run_check(f'wget 48000000 http://10.0.2.2:{server.server_address[1]}/big')
    assert m.run_check('crc32 48000000 $filesize').endswith(f"{zlib.crc32((tftp / 'big').read_bytes()):08x}")
    server.shutdown()


MENU = """default l1
menu title Kernels of here
timeout %d
menu colour none
include more.cfg
label l0
  menu label ^No kernel
  kernel gone
label l1
  menu label The one
  kernel kernel.elf
  initrd /ramdisk
  append console=ttyAMA0 one
  ipappend 3
  fdtdir trees
"""


@pytest.fixture
def pxe(tmp_path, highhalf):
    """A boot server's directory, with a menu that the test writes."""
    (tmp_path / 'b/pxelinux.cfg').mkdir(parents=True)
    (tmp_path / 'b/kernel.elf').write_bytes(highhalf.read_bytes())
    (tmp_path / 'b/more.cfg').write_text('label more\n kernel kernel.elf\n append two\n')
    (tmp_path / 'ramdisk').write_bytes(random.Random(7).randbytes(5000))
    return tmp_path


def pxe_machine(loft, pxe):
    return loft(extra=['-netdev', f'user,id=n,tftp={pxe},bootfile=b/loader', '-device', 'virtio-net-device,netdev=n'])


def menu_names(m, text):
    return [line.split(': ')[1].removeprefix('b/pxelinux.cfg/') for line in text.splitlines()
            if line.startswith('Retrieving file: ')]


def test_pxe_menu(loft, pxe):
    """The names that are asked for, in order; a choice by number and by name; what the label names is what boots."""
    (pxe / 'b/pxelinux.cfg/0A0002').write_text(MENU % 0 + 'prompt 1\n')
    m = pxe_machine(loft, pxe)
    assert m.run_fail('pxe get') == \
        "Retrieving file: pxelinux.cfg/01-52-54-00-12-34-56\n*** ERROR: `ipaddr' not set"
    assert 'no menu was loaded at 0x40280000: pxe get' in m.run_fail('pxe boot')
    m.run_check('setenv autoload no; dhcp; setenv bootfile b/loader; setenv pxeuuid 1-2')
    text = m.run_check('pxe get')
    assert menu_names(m, text) == ['1-2', '01-52-54-00-12-34-56', '0A00020F', '0A00020', '0A0002']
    assert text.endswith("Config file 'pxelinux.cfg/0A0002' found")
    m.run_check('setenv bootelf_options -n')
    m.send('pxe boot\r')
    m.wait('Enter choice: ')
    m.send('9\r')
    m.wait('9 not found')
    m.send('1\r')
    text = m.prompt()
    assert '1:\tNo kernel' in text and "'File not found' (1)" in text and 'kernel.elf' not in text
    m.send('pxe boot\r')
    text = m.wait('Enter choice: ')[0]
    assert text.endswith('Kernels of here\n1:\tNo kernel\n2:\tThe one\n3:\tmore\n')
    m.send('more\r')
    text = m.prompt()
    assert 'Ignoring' not in text and '3:\tmore\n' in text and 'append: two' in text
    assert "Retrieving file: b/kernel.elf" in text and 'highhalf:' not in text
    assert 'menu' in m.run_check('memmap')      # still there: it can be asked again


def test_pxe_boots(loft, pxe):
    """By itself, after the time: ramdisk, command line with addresses, and no tree without ${fdtfile}."""
    (pxe / 'b/pxelinux.cfg/default').write_text(MENU % 15)
    m = pxe_machine(loft, pxe)
    m.run_check('setenv boot_targets pxe')
    m.send('boot\r')
    text = m.wait(r'highhalf: \d+ ok, 0 FAIL')[0]
    assert '1:\tNo kernel\n2:\tThe one\n3:\tmore\nEnter choice: \n2:\tThe one\n' in text
    assert 'fdtdir: ${fdtfile} is not set' in text
    assert ('bootargs   console=ttyAMA0 one ip=10.0.2.15:10.0.2.2:10.0.2.2:255.255.255.0 '
            'BOOTIF=01-52-54-00-12-34-56') in text
    assert f"5000 bytes, crc32 0x{zlib.crc32((pxe / 'ramdisk').read_bytes()):08x}" in text


def test_pxe_next_label(loft, pxe):
    """Nobody chose and the default's kernel is not there: the next label; no menu: the next target."""
    menu = pxe / 'b/pxelinux.cfg/default'
    menu.write_text('default l0\nlabel l0\nkernel gone\nlabel l1\nkernel kernel.elf\n')
    m = pxe_machine(loft, pxe)
    m.run_check('setenv boot_targets "pxe ram"')
    m.send('boot\r')
    assert 'Retrieving file: b/gone' in m.wait(r'highhalf: \d+ ok, 0 FAIL')[0]
    for text, words in (('label a\nlocalboot 0\ndefault a', 'boots from elsewhere'),
                        ('timeout 1', 'the menu has no label')):
        menu.write_text(text)
        m = pxe_machine(loft, pxe)
        m.run_check('setenv boot_targets "pxe ram"')
        text = m.run_fail('boot')
        assert words in text and 'nothing to boot in boot_targets (pxe ram)' in text
    menu.write_text('label a\nkernel\n')
    m.run_check('setenv boot_targets pxe')
    assert "line 2: nothing follows 'kernel'" in m.run_fail('boot')


def test_http_target(loft, tftp, web, highhalf):
    """boot_targets knows http: the address that DHCP names."""
    web.data = highhalf.read_bytes()
    m = loft(extra=['-netdev', f'user,id=n,bootfile=http://10.0.2.2:{web.server_address[1]}/f',
                    '-device', 'virtio-net-device,netdev=n'])
    m.run_check('setenv boot_targets http')
    m.send('boot\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


def chart(capture):
    return subprocess.run([ROOT / 'scripts/packetchart', capture], capture_output=True, text=True, check=False)


def test_packetchart(loft, pxe):
    """What a boot by pxe said, in its order, a row for a file; what is no capture, or half of one, is refused."""
    menu = 'default l1\nlabel l1\nkernel kernel.elf\n'
    (pxe / 'b/pxelinux.cfg/default').write_text(menu)
    capture = pxe / 'boot.pcap'
    m = loft(extra=['-netdev', f'user,id=n,tftp={pxe},bootfile=b/loader', '-device', 'virtio-net-device,netdev=n',
                    '-object', f'filter-dump,id=f,netdev=n,file={capture}'])
    m.run_check('setenv boot_targets pxe')
    m.send('boot\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')
    m.finish(30)
    drawn = chart(capture)
    assert not drawn.returncode, drawn.stderr
    said = [t.text for t in ElementTree.fromstring(drawn.stdout).findall('.//{*}text')[2:][1::2]]
    size = (pxe / 'b/kernel.elf').stat().st_size
    ways = [r'DHCP DISCOVER', r'DHCP OFFER', r'DHCP REQUEST', r'DHCP ACK', r'ARP who has 10\.0\.2\.2\?', r'ARP 10\.0\.2\.2 is here',
            r'TFTP read b/pxelinux\.cfg/01-52-54-00-12-34-56', r'TFTP error: File not found',
            r'TFTP read b/pxelinux\.cfg/default', r'TFTP options: .*', rf'TFTP b/pxelinux\.cfg/default: \d+ packets, {len(menu)} bytes.*',
            r'TFTP read b/kernel\.elf', r'TFTP options: .*', rf'TFTP b/kernel\.elf: \d+ packets, {size:,} bytes, .* ms']
    rest = iter(said)
    for way in ways:
        assert any(re.fullmatch(way, text) for text in rest), (way, said)
    data = capture.read_bytes()
    for junk, why in ((b'', 'no capture of the kind'), (bytes(100), 'no capture of the kind'), (data[:-1], 'cut off at byte'),
                      (data[:30], 'cut off at byte 24'), (data[:24], 'no packet'), (data[:20] + b'\x65' + data[21:], 'not a capture of Ethernet')):
        (pxe / 'junk').write_bytes(junk)
        bad = chart(pxe / 'junk')
        assert bad.returncode == 1 and bad.stderr.startswith('packetchart: ') and why in bad.stderr and not bad.stdout


def digests(*files):
    return "'" + ' '.join('sha256=' + hashlib.sha256(f.read_bytes()).hexdigest() for f in files) + "'"


def test_pxe_digests(loft, pxe):
    """${netdigest}: a menu and each file that it names must have one of those that are there."""
    menu, kernel = pxe / 'b/pxelinux.cfg/default', pxe / 'b/kernel.elf'
    menu.write_text('default l1\nlabel l1\nkernel kernel.elf\n')
    m = pxe_machine(loft, pxe)
    m.run_check('setenv boot_targets pxe; setenv bootelf_options -n')
    for right in ((kernel,), (menu,)):
        m.run_check(f'setenv netdigest {digests(*right)}')
        text = m.run_fail('boot')
        assert 'is another than the one that is wanted' in text and 'highhalf:' not in text
        assert ('sha256 OK' in text) == (right == (menu,))
    m.run_check(f'setenv netdigest {digests(kernel, kernel, kernel, kernel, menu)}')
    assert 'netdigest: more than 4 digests' in m.run_fail('boot')
    m.run_check(f'setenv netdigest {digests(kernel, menu)}; setenv bootelf_options')
    m.send('boot\r')
    assert m.wait(r'highhalf: \d+ ok, 0 FAIL')[0].count('sha256 OK') == 2


def test_watch_digest(loft, tmp_path, highhalf):
    """A file that has another is not booted, whatever it is."""
    kernel, other = tmp_path / 'k', tmp_path / 'other'
    kernel.write_bytes(highhalf.read_bytes())
    other.write_bytes(kernel.read_bytes() + b'more')
    m = loft(extra=['-netdev', f'user,id=n,tftp={tmp_path}', '-device', 'virtio-net-device,netdev=n'])
    m.run_check(f'setenv autoload no; dhcp; setenv netdigest {digests(other)}')
    m.send('watch tftp k\r')
    m.wait('is another than the one that is wanted')
    other.replace(kernel)
    assert m.wait(r'highhalf: \d+ ok, 0 FAIL')[0].count('sha256 OK') == 1


@pytest.mark.parametrize('kind', ['tftp', 'http', 'http without a word'])
def test_watch(loft, tmp_path, highhalf, web, kind):
    """What is no kernel is refused, and nothing is loaded again while it stays; when it changes, size or not, it boots."""
    kernel = highhalf.read_bytes()
    junk = random.Random(8).randbytes(len(kernel))

    def put(data, tag):
        (tmp_path / 'new').write_bytes(data)
        (tmp_path / 'new').replace(tmp_path / 'k')
        web.data, web.tag = data, tag

    put(junk, 'one')
    web.silent = kind != 'http'
    m = loft(extra=['-netdev', f'user,id=n,tftp={tmp_path}', '-device', 'virtio-net-device,netdev=n'])
    m.run_check('setenv autoload no; dhcp')
    name = 'tftp k' if kind == 'tftp' else f'http http://10.0.2.2:{web.server_address[1]}/f'
    m.send(f'watch {name}\r')
    m.wait(f'{len(kernel)} bytes, crc32')
    m.wait('waiting for it to change')
    time.sleep(1.5)
    put(kernel, 'two')
    text = m.wait(r'highhalf: \d+ ok, 0 FAIL')[0]
    assert text.count('bytes, crc32') == 1 and text.count('Bytes transferred') == 1


def test_watch_waits(loft, tftp):
    m = loft(extra=user(tftp))
    m.run_check('setenv autoload no; dhcp')
    m.send('watch tftp later\r')
    m.wait("File not found.*; waiting for it")
    m.send('\x03')
    m.prompt()
    assert m.run('echo on') == 'on'
