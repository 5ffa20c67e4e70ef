# SPDX-License-Identifier: BSD-2-Clause
"""https:// from nginx and from servers that misbehave, with certificates that openssl makes here."""

import contextlib
import os
import random
import re
import subprocess
import sys
import zlib

import pytest

from conftest import BUILD, built
from console import Hung
from servers import SERVER, Wire

NAME = 'files.lab.example'
# Certificates for the first name, or another's; `alone` is signed by itself.
KINDS = {'good': (NAME, 'ca', 443), 'wrong': ('other.lab.example', 'ca', 444), 'alone': (NAME, None, 445)}
RNG = ['-device', 'virtio-rng-device']

CUT = """import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
s = socket.create_server((sys.argv[3], 446))
print('ready', flush=True)
while True:
    c = context.wrap_socket(s.accept()[0], server_side=True)
    c.recv(4000)
    c.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n' + bytes(1000))
    if sys.argv[4] == 'polite':
        c.unwrap()
    c.close()
"""


def openssl(*words, where):
    subprocess.run(['openssl', *words], cwd=where, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope='module')
def keys(tmp_path_factory):
    where = tmp_path_factory.mktemp('keys')
    new = ('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650')
    for ca in ('ca', 'stranger'):
        openssl(*new, '-keyout', f'{ca}.key', '-out', f'{ca}.pem', '-subj', f'/CN={ca}', where=where)
    for kind, (name, ca, _) in KINDS.items():
        request = ['-keyout', f'{kind}.key', '-subj', f'/CN={name}', '-addext', f'subjectAltName=DNS:{name}']
        ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
        if ca:
            openssl('req', *ec, *request, '-out', f'{kind}.csr', where=where)
            openssl('x509', '-req', '-in', f'{kind}.csr', '-CA', f'{ca}.pem', '-CAkey', f'{ca}.key', '-CAcreateserial',
                    '-days', '3650', '-copy_extensions', 'copy', '-out', f'{kind}.pem', where=where)
        else:
            openssl('req', '-x509', *ec, '-days', '3650', *request, '-out', f'{kind}.pem', where=where)
    return where


@pytest.fixture
def wire(tmp_path, keys):
    (tmp_path / 'srv').mkdir()
    (tmp_path / 'srv/big').write_bytes(random.Random(1).randbytes(3 << 20 | 17))
    for file in ('ca', 'stranger', 'alone'):
        (tmp_path / f'srv/{file}.pem').write_bytes((keys / f'{file}.pem').read_bytes())
    os.chmod(tmp_path, 0o755)
    w = Wire(tmp_path)
    w.tls = ''.join(f'server {{ listen {SERVER}:{port} ssl; ssl_certificate {keys}/{kind}.pem; '
                    f'ssl_certificate_key {keys}/{kind}.key; location / {{ root {tmp_path}/srv; }} }} '
                    for kind, (_, _, port) in KINDS.items())
    yield w
    w.end()


def machine(loft, wire, rng=RNG, **kw):
    m = loft(extra=[*wire.nic(), *rng], within=wire.within, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), **kw)
    m.run_check('setenv autoload no; dhcp')
    return m


def ca(m, file='ca'):
    """The CA's file is in memory, and ${tlsca} says where."""
    m.run_check(f'tftpboot 47000000 {file}.pem; setenv tlsca 47000000:$filesize')


def test_certificates(loft, wire):
    wire.dnsmasq()
    wire.nginx(wire.tls)
    m = machine(loft, wire)
    crc = f'{zlib.crc32((wire.dir / "srv/big").read_bytes()):08x}'
    get = f'wget 48000000 https://{NAME}'
    said = m.run_fail(f'{get}/big')
    assert 'no CA is known' in said and '-k' in said
    ca(m)
    assert m.run_check(f'{get}/big').count('transferred') == 2
    assert m.run_check('crc32 $fileaddr $filesize').endswith(crc)
    m.run_check('setenv where $tlsca; setenv tlsca')
    m.run_check(f'wget -c $where 48000000 https://{NAME}/big')
    assert m.run_check('crc32 $fileaddr $filesize').endswith(crc)
    assert 'no CA is known' in m.run_fail(f'{get}/big')
    m.run_check('setenv tlsca $where')
    # another name: by search of dnsmasq's domains, and by address
    assert 'for another host than files' in m.run_fail('wget 48000000 https://files/big')
    assert f'for another host than {SERVER}' in m.run_fail(f'wget 48000000 https://{SERVER}/big')
    assert f'for another host than {NAME}' in m.run_fail(f'{get}:444/big')
    # signed by itself: unknown, known, and anybody
    assert f'none of the 1 known CAs has signed for {NAME}' in m.run_fail(f'{get}:445/big')
    ca(m, 'alone')
    m.run_check(f'{get}:445/big')
    ca(m, 'stranger')
    assert f'none of the 1 known CAs has signed for {NAME}' in m.run_fail(f'{get}/big')
    assert 'whoever answers is taken for the server (-k)' in m.run_check(f'wget -k 48000000 https://{SERVER}:445/big')
    assert m.run_check('crc32 $fileaddr $filesize').endswith(crc)
    assert 'none of the 1 known' in m.run_fail(f'{get}/big')    # -k was for one time
    # the dates
    ca(m)
    m.run_check('date 010100002060')
    assert re.search(r'was valid until 20\d\d-\d\d-\d\d; it is 2060-01-01', m.run_fail(f'{get}/big'))
    m.run_check('date 010100002000')
    assert re.search(r'is not valid before 20\d\d-\d\d-\d\d; it is 2000-01-01', m.run_fail(f'{get}/big'))
    # no CA file at all
    assert 'no certificate there' in m.run_fail(f'wget -c 48000000:1000 48000000 https://{NAME}/big')
    assert 'is not all DRAM' in m.run_fail(f'wget -c 0:1000 48000000 https://{NAME}/big')
    # port 80 speaks something else
    m.run_check('date 010100002030')
    assert 'TLS: ' in m.run_fail(f'{get}:80/big')


def test_built_in(loft, wire, keys):
    """CONFIG_TLS_CA: nothing has to be loaded; another CA that is named comes before it, and a stranger's server is refused."""
    # one place for the file, whose name is in the configuration: the image is made again when the CA is another
    at = BUILD / 'boards/tls_ca.pem'
    at.parent.mkdir(exist_ok=True)
    at.write_bytes((keys / 'ca.pem').read_bytes())
    wire.dnsmasq()
    wire.nginx(wire.tls)
    m = loft(extra=[*wire.nic(), *RNG], within=wire.within,
             bios=built('tls_ca', options=['CONFIG_TLS=y', f'CONFIG_TLS_CA="{at}"']))
    m.run_check('setenv autoload no; dhcp')
    get = f'wget 48000000 https://{NAME}'
    m.run_check(f'{get}/big')
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32((wire.dir / "srv/big").read_bytes()):08x}')
    assert f'for another host than {NAME}' in m.run_fail(f'{get}:444/big')
    assert f'none of the 1 known CAs has signed for {NAME}' in m.run_fail(f'{get}:445/big')
    m.run_check('date 010100002060')
    assert 'was valid until' in m.run_fail(f'{get}/big')
    m.run_check('date 010100002030')
    ca(m, 'stranger')
    assert f'none of the 1 known CAs has signed for {NAME}' in m.run_fail(f'{get}/big')
    m.run_check(f'setenv tlsca; {get}/big')


def test_no_entropy(loft, wire):
    wire.dnsmasq()
    m = machine(loft, wire, rng=[])
    assert m.run_fail(f'wget -k 48000000 https://{NAME}/big') == 'TLS: this machine has no source of entropy for keys'


def test_no_clock(loft, wire, tmp_path):
    """Without an RTC a time server is asked; without one nothing is believed."""
    wire.dnsmasq()
    wire.nginx(wire.tls)
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={tmp_path}/dtb', '-cpu', 'cortex-a57', '-m', '1G', *RNG,
                    '-display', 'none'], check=True, capture_output=True, timeout=60)
    subprocess.run(['fdtput', '-r', tmp_path / 'dtb', '/pl031@9010000'], check=True, timeout=60)
    m = machine(loft, wire, dtb=tmp_path / 'dtb')
    ca(m)
    m.run_check('setenv where $ntpserverip; setenv ntpserverip')
    line = f'wget 48000000 https://{NAME}/big'
    assert m.run_fail(line) == \
        "TLS: without a clock no certificate has a date: no RTC here, and `ntpserverip' is not set"
    m.run_check('setenv ntpserverip $where')
    assert 'port unreachable' in m.run_fail(line)
    wire.chrony()
    m.run_check(line)


def test_resumes(loft, wire):
    """nginx killed, three times or LOFT_KILLS=20 within LOFT_MIB=64: whole, by parts; each time it has to show its certificate."""
    kills, size = int(os.environ.get('LOFT_KILLS', '3')), int(os.environ.get('LOFT_MIB', '16')) << 20
    wire.dnsmasq()
    data = random.Random(9).randbytes(size)
    (wire.dir / 'srv/huge').write_bytes(data)
    server = wire.nginx(wire.tls)
    m = machine(loft, wire)
    ca(m)
    before, at = wire.sent(), []
    m.send(f'wget 48000000 https://{NAME}/huge\r')
    for n in range(1, kills + 1):
        while wire.sent() - before < n * size // (kills + 2):
            with contextlib.suppress(Hung):
                m.wait('will not come', timeout=0.01)
        server = wire.kill(server, wire.tls)
        at.append(int(m.wait(r'going on at byte (\d+)\r', timeout=60)[1][1]))
    assert f'Bytes transferred = {size} ' in m.prompt(180)
    assert at == sorted(set(at))
    assert wire.sent() - before < size * 1.06 + kills * (1 << 20)
    assert m.run_check('crc32 48000000 $filesize', timeout=60).endswith(f'{zlib.crc32(data):08x}')


@pytest.mark.parametrize('how', ['polite', 'cut'])
def test_cut(loft, wire, keys, how):
    """An answer that ends with the connection is whole when TLS says so, and only then."""
    wire.dnsmasq()
    wire.start(sys.executable, '-c', CUT, keys / 'good.pem', keys / 'good.key', SERVER, how, until='ready')
    m = machine(loft, wire)
    ca(m)
    line = f'wget 48000000 https://{NAME}:446/x'
    if how == 'polite':
        assert 'Bytes transferred = 1000 ' in m.run_check(line)
    else:
        assert 'the server closed the connection, at byte' in m.run_fail(line, timeout=120)
