# SPDX-License-Identifier: BSD-2-Clause
"""IPv6 (CONFIG_IPV6): QEMU's user network, and servers on a wire that has nothing else."""

import functools
import http.server
import os
import random
import re
import socket
import struct
import subprocess
import threading
import time
import zlib

import pytest

from conftest import built
from servers import Wire, document, need
from test_net import Peer

OURS = '5054:ff:fe12:3456'


# ping, which is not on every host
ECHO = '''
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.settimeout(0.5)
for n in range(30):
    try:
        s.sendto(bytes((128, 0, 0, 0, 0, 7, 0, n)) + b'is anybody there?', (sys.argv[1], 0))
        while True:
            data, who = s.recvfrom(2000)
            if data[0] == 129 and data[4:6] == b'\\0\\7' and data[8:] == b'is anybody there?':
                print('alive')
                sys.exit()
    except OSError:
        pass
'''


def image():
    return built('qemu_virt_full', 'qemu_virt_full_defconfig')


@pytest.fixture
def files(tmp_path):
    (tmp_path / 'srv').mkdir()
    (tmp_path / 'srv/big').write_bytes(random.Random(6).randbytes(1448 * 500 + 17))
    os.chmod(tmp_path, 0o755)
    return tmp_path / 'srv'


def has(m, file):
    data = file.read_bytes()
    assert m.run_check('printenv filesize') == f'filesize={len(data):x}'
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


def user(files, more='', device='virtio-net-device'):
    return ['-netdev', f'user,id=n,ipv4=on,ipv6=on,tftp={files}{more}', '-device', f'{device},netdev=n']


@pytest.mark.parametrize('device', ['virtio-net-device', 'e1000e'])
def test_user(loft, files, device):
    """A router's prefix makes an address; echoes and a file; IPv4 beside it."""
    m = loft(extra=user(files, device=device), bios=image())
    assert m.run_check('ping6 fec0::2').endswith('host fec0::2 is alive')
    assert f'fe80::{OURS}/64' in m.run_check('net list') and f'fec0::{OURS}/64' in m.run_check('net list')
    assert m.run_check('ping fe80::2').endswith('host fe80::2 is alive')
    text = m.run_check('tftpboot 48000000 [fec0::2]:big')
    assert f'TFTP from server fec0::2; our IP address is fec0::{OURS}\nFilename \'big\'.\n' in text
    has(m, files / 'big')
    m.run_check('setenv serverip6 fec0::2; setenv use_ip6 yes')
    m.run_check('tftpboot 48000000 big')
    assert 'server fec0::2' in m.run_check('tftpboot 48000000 big')
    m.run_check('setenv use_ip6; setenv autoload no; dhcp')
    assert 'server 10.0.2.2' in m.run_check('tftpboot 48000000 big')
    assert 'server fec0::2' in m.run_check('tftpboot 48000000 big -ipv6')
    assert "TFTP error: 'File not found' (1)" in m.run_fail('tftpboot 48000000 [fec0::2]:none')
    # who is not there, and what is no address
    text = m.run_fail('ping6 fec0::99')
    assert text.endswith('Nobody on the wire answers for it\nping failed; host fec0::99 is not alive')
    for bad in ('::1', 'fec0:::2', '10.0.2.2', '::ffff:10.0.2.2', 'fe80::1%eth0'):
        assert m.run_fail(f'ping6 {bad}') == f"'{bad}' is no address of IPv6 that a host can have"
    for bad in ('[fec0::2', '[fec0::2]80', '[]', '[10.0.2.2]', '[fec0::2]:0', '[fec0::2]:66000'):
        assert 'names no host' in (text := m.run_fail(f'wget http://{bad}/x')) or 'a port is' in text


def test_http(loft, files):
    """An address in brackets, the host's field, and a redirect to another."""
    seen = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers['Host'])
            if self.path == '/moved':
                self.send_response(302)
                self.send_header('Location', f'http://[fec0::2]:{port}/big')
                self.end_headers()
                return
            super().do_GET()

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6

    try:
        server = Server(('::1', 0), functools.partial(Handler, directory=files))
    except OSError as e:
        pytest.skip(f'this host has no IPv6 loopback: {e}')
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    m = loft(extra=user(files), bios=image())
    m.run_check(f'wget 48000000 http://[fec0::2]:{port}/big')
    has(m, files / 'big')
    m.run_check(f'wget 48000000 http://[fec0::2]:{port}/moved')
    has(m, files / 'big')
    assert seen[0] == f'[fec0::2]:{port}' and len(seen) == 3
    server.shutdown()


@pytest.fixture
def wire(files):
    w = Wire(files.parent)
    try:
        w.run('ip', 'addr', 'add', 'fd77::1/64', 'dev', 'tap0', 'nodad')
    except Exception as e:    # noqa: BLE001: a kernel without it
        w.end()
        pytest.skip(f'this host has no IPv6: {e}')
    yield w
    w.end()


def machine(loft, wire):
    return loft(extra=wire.nic(), within=wire.within, bios=image())


def test_names(loft, wire):
    """AAAA of the name server that the router tells, by wget, ping and dns; nginx."""
    wire.dnsmasq('dnsmasq6')
    m = machine(loft, wire)
    assert m.run_check('dns files.lab.example') == 'fd77::1'
    m.run_check('dns files.lab.example where')
    assert m.run_check('printenv where') == 'where=fd77::1'
    assert 'no such name' in m.run_fail('dns nobody.lab.example')
    assert m.run_check('ping6 files.lab.example').endswith('is alive')
    wire.nginx(f'server {{ listen [fd77::1]:80; location / {{ root {wire.dir}/srv; }} }}')
    m.run_check('wget 48000000 http://files.lab.example/big')
    has(m, wire.dir / 'srv/big')
    m.run_check('tftpboot 48000000 [fd77::1]:big')
    has(m, wire.dir / 'srv/big')
    # the host asks us, too
    m.run_check('setenv ip6addr fd77::99/64')
    m.send('ping6 fd77::1234\r')    # three seconds in which Loft listens
    assert wire.run('/usr/bin/python3', '-c', ECHO, 'fd77::99') == 'alive\n'
    m.prompt()


def test_dhcp6_user(loft, files):
    """What QEMU's router leaves to DHCPv6: the file."""
    m = loft(extra=user(files, ',bootfile=big'), bios=image())
    text = m.run_check('dhcp6')
    assert f'DHCPv6 multicast 1\nDHCPv6 client bound to address fec0::{OURS} (' in text
    assert 'TFTP from server fec0::2' in text
    has(m, files / 'big')
    assert m.run_check('printenv serverip6 bootfile dnsip6') == 'serverip6=fec0::2\nbootfile=big\ndnsip6=fec0::3'


@pytest.mark.parametrize('kind', ['stateless', 'stateful', 'http'])
def test_dhcp6(loft, wire, kind):
    (wire.dir / 'srv/kernel.elf').write_bytes((wire.dir / 'srv/big').read_bytes())
    conf = document('dnsmasq6', wire.dir / 'srv')
    if kind != 'stateless':
        conf = re.sub('dhcp-range=.*', 'dhcp-range=fd77::100,fd77::1ff,64,1h', conf)
    if kind == 'http':
        conf = conf.replace('tftp://', 'http://')
        wire.nginx(f'server {{ listen [fd77::1]:80; location / {{ root {wire.dir}/srv; }} }}')
    conf += 'dhcp-option=option6:24,lab.example\nlog-dhcp\n'
    (wire.dir / 'six.conf').write_text(conf)
    server = wire.start(*wire.dnsmasq_command(wire.dir / 'six.conf'), until='started')
    m = machine(loft, wire)
    m.run_check('setenv pxeuuid 12345678-9abc-def0-1122-334455667788; setenv autoload no')
    text = m.run_check('dhcp6')
    ours = fr'fd77::{OURS}' if kind == 'stateless' else r'fd77::1[0-9a-f]{2}'
    assert re.search(fr'bound to address {ours} \(', text) and 'Loading' not in text
    assert m.run_check('printenv dnsip6 dnssearch') == 'dnsip6=fd77::1\ndnssearch=lab.example'
    m.run_check('setenv autoload; dhcp6')
    has(m, wire.dir / 'srv/big')
    assert '00:04:12:34:56:78:9a:bc' in server.log.read_text()
    assert m.run_check('ping6 files').endswith('is alive')
    if kind != 'stateless':
        assert re.fullmatch(r'ip6addr=fd77::1[0-9a-f]{2}/128', m.run_check('printenv ip6addr'))


def test_port_unreachable(loft, wire):
    m = machine(loft, wire)
    m.run_check('setenv ip6addr fd77::9')
    assert 'fd77::1 says: port unreachable' in m.run_fail('tftpboot 48000000 [fd77::1]:x')
    assert m.run_fail('wget 48000000 http://[fd77::1]/x') == 'connection refused, at byte 0'
    for command in ('wget 48000000 http://[fd77::77]/x', 'nbd connect [fd77::77]/x', 'tftpboot 48000000 [fd77::77]:x'):
        assert m.run_fail(command).endswith('ARP Retry count exceeded; nobody is there')


def test_others(loft, wire):
    """Whoever names a host: a log, a disk, the time, a menu."""
    (wire.dir / 'srv/pxelinux.cfg').mkdir()
    (wire.dir / 'srv/pxelinux.cfg/default').write_text('default x\nlabel x\n kernel big\n')
    wire.dnsmasq('dnsmasq6')
    listener = wire.start('/usr/bin/python3', '-uc', 'import socket\ns = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\n'
                          's.bind(("fd77::1", 514))\nprint("ready")\nprint(s.recv(2000))', until='ready')
    m = machine(loft, wire)
    m.run_check('setenv syslogip fd77::1; syslog hello-there')
    assert re.search(fr' fd77::{OURS} .*hello-there', listener.log.read_text())
    assert 'fd77::1 says: port unreachable' in m.run_fail('sntp fd77::1')
    assert m.run_fail('nbd connect [fd77::1]:10809/x') == 'nbd: connection refused'
    assert 'names no host' in m.run_fail('nbd connect [fd77::1/x')
    m.run_check('setenv use_ip6 yes; setenv serverip6 fd77::1')
    assert "Config file 'pxelinux.cfg/default' found" in m.run_check('pxe get')


def test_no_router(loft, wire):
    """Nobody advertises: the sentence, after three questions; and an address that is taken."""
    m = machine(loft, wire)
    assert m.run_fail('ping6 fd77::1') == 'no router has answered with a prefix, and ip6addr is not set'
    m.run_check('setenv ip6addr fd77::1/64')
    assert m.run_fail('ping6 fd77::2') == 'another machine has our address fd77::1'
    m.run_check('setenv ip6addr fd77::8/64')
    assert m.run_check('ping6 fd77::1').endswith('is alive')
    assert m.run_fail('ping6 2001:db8::1') == '2001:db8::1: no router leads there'


def test_httpd(loft, wire):
    """A page at each of our addresses, which answers from the one that was asked; also without any of IPv4."""
    need('curl', 'curl')
    wire.dnsmasq('dnsmasq6')
    m = machine(loft, wire)
    assert m.run_fail('httpd') == "*** ERROR: `ipaddr' not set"
    m.run_check('setenv ip6addr fd77::99/64')
    m.send('httpd 8080\r')
    for ours in ('fd77::99', f'fd77::{OURS}'):
        m.wait('whoever is on this network')
        assert '"kernel":' in wire.run('curl', '-sS', '-m', '10', f'http://[{ours}]:8080/status')
    said = wire.run('curl', '-sS', '-m', '20', '-T', str(wire.dir / 'srv/big'), 'http://[fd77::99]:8080/kernel')
    assert 'sha256' in said
    assert 'asked by its address' in wire.run('curl', '-sS', '-m', '10', '-H', 'Host: [fd77::99]evil', 'http://[fd77::99]:8080/')
    m.send('\x03')
    m.prompt()
    has(m, wire.dir / 'srv/big')
    m.run_check('setenv ip6addr; setenv ipaddr 10.77.0.2; setenv netmask 255.255.255.0')
    m.send('httpd\r')
    text = m.wait(rf'http://\[fd77::{OURS}\]:80/')
    assert '"kernel":0' in wire.run('curl', '-sS', '-m', '10', 'http://10.77.0.2/status')
    assert '"kernel":0' in wire.run('curl', '-sS', '-m', '10', f'http://[fd77::{OURS}]/status')
    m.send('\x03')
    m.prompt()


TERMINAL = """import socket, sys, threading, time
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(('fd77::1', 6666))
def hear():
    while True:
        data, peer = s.recvfrom(2000)
        sys.stdout.write(data.decode() if peer[:2] == ('fd77::9', 6666) else 'WRONG PEER')
        sys.stdout.flush()
threading.Thread(target=hear, daemon=True).start()
for word in ('echo by-$ncip-udp\\r', 'ping6 fd77::1\\r'):
    s.sendto(word.encode(), ('fd77::9', 6666))
    time.sleep(1)
time.sleep(100)
"""


def test_netconsole(loft, wire):
    m = machine(loft, wire)
    m.run_check('setenv ncip fd77::1')
    assert 'no router has answered' in m.run_fail('nc start')
    m.run_check('setenv ip6addr fd77::9/64; nc start')
    here = wire.start('/usr/bin/python3', '-c', TERMINAL)
    for _ in range(200):
        if 'is alive' in (said := here.log.read_text()):
            break
        time.sleep(0.05)
    assert 'by-fd77::1-udp' in said and 'is alive' in said and 'WRONG' not in said, said
    m.run_check('nc stop')


def test_watch(loft, wire):
    """By both protocols; without a router it waits, and Ctrl-C ends that."""
    m = machine(loft, wire)
    m.run_check('setenv use_ip6 yes; setenv serverip6 fd77::1')
    m.send('watch tftp big\r')
    m.wait('no router has answered with a prefix, and ip6addr is not set; waiting for it')
    m.send('\x03')
    m.prompt()
    wire.dnsmasq('dnsmasq6')
    wire.nginx(f'server {{ listen [fd77::1]:80; location / {{ root {wire.dir}/srv; }} }}')
    m.run_check('setenv ip6addr fd77::9/64')
    for what in ('tftp big', 'http http://[fd77::1]/big'):
        m.send(f'watch {what}\r')
        m.wait(f'big, {(wire.dir / "srv/big").stat().st_size} bytes')
        m.wait('waiting for it to change')
        m.send('\x03')
        m.prompt()


@pytest.mark.parametrize('names, right', [('DNS:fd77::1', True), ('IP:fd77::1', False), ('DNS:six.lab.example', False)])
def test_https(loft, wire, names, right):
    """https://[address]/: as a name the certificate may have it; names that have an address of IPv6 alone."""
    host = names.removeprefix('DNS:')
    for words in (['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-keyout', 'ca.key', '-out', 'srv/ca.pem',
                   '-subj', '/CN=ca'],
                  ['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'six.key', '-subj', '/CN=six', '-addext',
                   f'subjectAltName={names}', '-out', 'six.csr'],
                  ['x509', '-req', '-in', 'six.csr', '-CA', 'srv/ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650',
                   '-copy_extensions', 'copy', '-out', 'six.pem']):
        subprocess.run(['openssl', *words], cwd=wire.dir, check=True, capture_output=True, timeout=60)
    wire.dnsmasq('dnsmasq6', 'address=/six.lab.example/fd77::1\n')
    wire.nginx(f'server {{ listen [fd77::1]:443 ssl; ssl_certificate {wire.dir}/six.pem; '
               f'ssl_certificate_key {wire.dir}/six.key; location / {{ root {wire.dir}/srv; }} }}')
    m = loft(extra=[*wire.nic(), '-device', 'virtio-rng-device'], within=wire.within, bios=image())
    m.run_check('tftpboot 47000000 [fd77::1]:ca.pem; setenv tlsca 47000000:$filesize')
    get = 'wget 48000000 https://[fd77:0::1]/big'
    if right:
        m.run_check(get)
        has(m, wire.dir / 'srv/big')
    else:
        assert 'for another host than fd77::1: an address has to be in it as a name, DNS:fd77::1' in m.run_fail(get)
    if host == 'six.lab.example':
        m.run_check(f'wget 48000000 https://{host}/big')
        has(m, wire.dir / 'srv/big')


def summed(ip, kind, body, at):
    """@body with its checksum in the bytes from @at on."""
    body = body[:at] + b'\0\0' + body[at + 2:]
    whole = ip[8:40] + struct.pack('>II', len(body), kind) + body + bytes(len(body) % 2)
    total = sum(struct.unpack(f'>{len(whole) // 2}H', whole))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return body[:at] + struct.pack('>H', (0xffff - total) or 0xffff) + body[at + 2:]


class Peer6(Peer):
    """fd09::1, a router and a server, on a wire with the guest, fd09::2, alone."""

    HERE, WIRE = (socket.inet_pton(socket.AF_INET6, a) for a in ('fd09::1', 'fe80::1'))
    GUEST, NODES = (socket.inet_pton(socket.AF_INET6, a) for a in ('fd09::2', 'ff02::1'))

    def packet(self, kind, body, at, source=HERE, target=GUEST, before=b'', first=None):
        """@at: where its checksum goes; @before: headers, of which @first is the first one's kind."""
        ip = struct.pack('>IHBB', 6 << 28, len(before) + len(body), kind if first is None else first, 255) + source + target
        mac = self.guest if target == self.GUEST else b'\x33\x33' + target[12:]
        return mac + self.MAC + b'\x86\xdd' + ip + before + summed(ip, kind, body, at)

    def answer(self, solicited=0x60):
        return self.packet(58, struct.pack('>BBHI', 136, 0, 0, solicited << 24) + self.HERE + b'\2\1' + self.MAC, 2)

    def router(self):
        prefix = struct.pack('>BBBBIII', 3, 4, 64, 0xc0, 86400, 3600, 0) + self.HERE[:8] + bytes(8)
        names = struct.pack('>BBHI', 25, 3, 0, 600) + self.HERE
        return self.packet(58, struct.pack('>BBHBBHII', 134, 0, 0, 64, 0xc0, 1800, 0, 0) + b'\1\1' + self.MAC + prefix + names +
                           struct.pack('>BBHI', 5, 1, 0, 1500), 2, self.WIRE, self.NODES)

    def datagram(self, payload, source, target, **more):
        return self.packet(17, struct.pack('>HHHH', source, target, 8 + len(payload), 0) + payload, 6, **more)

    def mended(self, frame):
        """With the checksum that it would have, so that what is behind it is looked at, too."""
        return frame[:54] + summed(frame[14:54], 58, frame[54:], 2) if len(frame) > 58 and frame[20] == 58 else frame

    def mine(self, port):
        """What the guest asks for, but not its frames about neighbours, which are answered."""
        while True:
            frame = self.receive()
            if frame[12:14] != b'\x86\xdd':
                continue
            if frame[20] == 58 and frame[54] == 135 and frame[62:78] == self.HERE and frame[22:38] != bytes(16):
                self.send(self.answer())
            if frame[20] == 17 and frame[56:58] == struct.pack('>H', port):
                return frame


def test_hostile_packets(loft):
    """10,000 packets that dice made of right ones, neighbours' and routers' too, in the middle of a load: it goes on, whole."""
    peer, dice = Peer6(), random.Random(3)
    m = loft(extra=peer.options(), bios=image())
    m.run_check('setenv ip6addr fd09::2/64; setenv tftpwindowsize 1')
    m.send('tftpboot 48000000 [fd09::1]:f\r')
    frame = peer.mine(69)
    assert frame[62:66] == b'\0\1f\0'
    port = struct.unpack('>H', frame[54:56])[0]
    data = dice.randbytes(512 * 100 + 5)
    echo = peer.packet(58, struct.pack('>BBHHH', 128, 0, 0, 7, 1) + bytes(40), 2)
    gone = peer.packet(58, struct.pack('>BBHI', 1, 4, 0, 0) + frame[14:110], 2)
    asks = peer.packet(58, struct.pack('>BBHI', 135, 0, 0, 0) + peer.GUEST + b'\1\1' + peer.MAC, 2)
    query = peer.packet(58, struct.pack('>BBHHH', 130, 0, 0, 1000, 0) + bytes(16), 2, peer.WIRE, peer.NODES)
    other = peer.datagram(b'\0\5\0\1no\0', 4001, port)
    made = 0
    for n in range(1, 102):
        payload = struct.pack('>HH', 3, n) + data[(n - 1) * 512:n * 512]
        block = peer.datagram(payload, 4000, port)
        options = peer.datagram(payload, 4000, port, before=bytes((60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0)), first=0)
        piece = peer.datagram(payload, 4000, port, before=struct.pack('>BBHI', 17, 0, 1, n), first=44)
        kinds = [block, options, piece, peer.answer(), peer.router(), echo, asks, query, other]
        kinds += [gone] * (n > 1)   # before that it is believed: it quotes what was sent
        for _ in range(100):
            bad = bytearray(dice.choice(kinds))
            mend = bad[20] == 58 and dice.randrange(2)
            for _ in range(dice.randrange(1, 6)):
                bad[dice.randrange(12, min(len(bad), 110))] = dice.randrange(256)
            if dice.randrange(3) == 0:
                bad = bad[:dice.randrange(1, len(bad) + 1)]
            if mend:
                bad = bytearray(peer.mended(bytes(bad)))
            peer.send(bytes(bad))
            made += 1
        peer.socket.settimeout(0.5)
        for _ in range(60):
            peer.send(block)
            try:
                while peer.mine(4000)[62:66] != struct.pack('>HH', 4, n):
                    pass
                break
            except socket.timeout:
                if n == 101:
                    break       # the last acknowledgement may be lost, and nobody says it again
        else:
            pytest.fail(f'block {n} is not acknowledged: {m.prompt()}')
    assert made == 10100
    m.prompt()
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32(data):08x}')
