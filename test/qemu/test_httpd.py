# SPDX-License-Identifier: BSD-2-Clause
"""The recovery page, through QEMU's user network: by http.client, curl, and raw sockets."""

import concurrent.futures
import contextlib
import hashlib
import http.client
import os
import random
import shutil
import socket
import subprocess
import time
import zlib

import pytest

from conftest import built
from console import Hung


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


@pytest.fixture
def page(loft):
    """A machine whose page is open; m.port is the host's."""
    def start(memory='1G', extra=(), **kw):
        port = free_port()
        m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), memory=memory,
                 extra=['-netdev', f'user,id=n,hostfwd=tcp:127.0.0.1:{port}-:80', '-device', 'virtio-net-device,netdev=n', *extra], **kw)
        m.port = port
        m.run_check('setenv ipaddr 10.0.2.15; setenv hostname board')
        m.send('httpd\r')
        m.wait('Recovery page at http://10.0.2.15:80/')
        return m
    return start


def reading(m, what):
    """what(), while the console is read: one that nobody reads stands still."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        done = pool.submit(what)
        while not done.done():
            with contextlib.suppress(Hung):
                m.wait('will not come', timeout=0.02)
        return done.result()


def ask(m, *what, **headers):
    return reading(m, lambda: request(m, *what, **headers))


def raw(m, bytes_):
    return reading(m, lambda: send(m, bytes_))


def request(m, method, path, body=None, **headers):
    c = http.client.HTTPConnection('127.0.0.1', m.port, timeout=30)
    c.request(method, path, body, headers)
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    return r.status, text


def send(m, request, timeout=30):
    """What comes back to these bytes; the connection is closed by Loft."""
    with socket.create_connection(('127.0.0.1', m.port), timeout=timeout) as s:
        s.sendall(request)
        out = b''
        while True:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                return out
            if not more:
                return out
            out += more


def end(m):
    m.send('\x03')
    assert 'Abort' in m.prompt()


def test_uploads_and_boots(page, highhalf):
    m = page()
    status, text = ask(m, 'GET', '/')
    assert status == 200 and '<title>Loft</title>' in text and 'id=boot' in text
    assert ask(m, 'PUT', '/boot')[0] == 403
    env = 'from_page=one\nother=a b\n'
    assert ask(m, 'PUT', '/env', env)[0] == 200
    data = highhalf.read_bytes()
    status, text = ask(m, 'PUT', '/kernel', data)
    digest = hashlib.sha256(data).hexdigest()
    assert (status, text) == (200, f'kernel: {len(data)} bytes at 0x40200000\nsha256 {digest}\n')
    assert ask(m, 'GET', '/status')[1] == f'{{"kernel":{len(data)},"sha256":"{digest}","coming":0,"of":0}}\n'
    end(m)
    assert m.run_check('printenv from_page other').split('\n') == ['from_page=one', 'other=a b']
    assert m.run_check('crc32 $fileaddr $filesize')
    m.send('httpd\r')
    m.wait('Recovery page')
    assert ask(m, 'PUT', '/boot')[0] == 403     # of another time
    assert ask(m, 'PUT', '/kernel', data)[0] == 200
    assert ask(m, 'PUT', '/boot') == (200, 'booting\n')
    m.wait('highhalf')


def test_large(page):
    """By curl, which asks first; the bytes are there, and its sum is right."""
    m = page()
    data = random.Random(3).randbytes(8 << 20 | 5)
    status, text = ask(m, 'PUT', '/kernel', data, Expect='100-continue')
    assert status == 200 and hashlib.sha256(data).hexdigest() in text
    if shutil.which('curl'):
        command = ['curl', '-sS', '-m', '60', '-T', '-', '-H', 'Content-Length: 100000', '-H', 'Transfer-Encoding:',
                   f'http://127.0.0.1:{m.port}/kernel']
        r = reading(m, lambda: subprocess.run(command, input=data[:100000], capture_output=True, timeout=90))
        assert hashlib.sha256(data[:100000]).hexdigest() in r.stdout.decode(), r
    assert ask(m, 'PUT', '/kernel', data)[0] == 200
    end(m)
    assert m.run_check('printenv filesize') == f'filesize={len(data):x}'
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


def test_saveenv(page, tmp_path):
    """An environment, and the flash: kept over a reset."""
    (tmp_path / 'flash').write_bytes(b'\xff' * (64 << 20))
    m = page(extra=['-drive', f'if=pflash,unit=1,format=raw,file={tmp_path}/flash'])
    assert ask(m, 'PUT', '/saveenv', b'x') == (403, 'saveenv takes no bytes\n')
    assert ask(m, 'PUT', '/env', 'kept=by the page\n')[0] == 200
    assert ask(m, 'PUT', '/saveenv') == (200, 'saved\n')
    end(m)
    m.send('reset\r')
    m.wait('resetting')
    m.prompt()
    assert m.run_check('printenv kept') == 'kept=by the page'


HEAD = b'PUT /kernel HTTP/1.1\r\nHost: 10.0.2.15\r\n'


def test_refuses(page):
    m = page()
    assert ask(m, 'GET', '/nothing')[0] == 404
    assert ask(m, 'PUT', '/nothing', 'x')[0] == 404
    assert ask(m, 'POST', '/kernel', 'x')[0] == 405
    assert ask(m, 'OPTIONS', '/kernel')[0] == 405           # so no other page's script may PUT
    assert ask(m, 'PUT', '/kernel', b'')[0] == 403
    assert 'belongs to' in raw(m, HEAD + b'Content-Length: 2000000000\r\n\r\n').decode()
    assert ask(m, 'PUT', '/env', bytes(300 << 10))[0] == 403
    for host, status in ((b'evil.example', 403), (b'board', 200), (b'10.0.2.15:8080', 200), (b'localhost', 200)):
        assert raw(m, b'GET /status HTTP/1.1\r\nHost: ' + host + b'\r\n\r\n').startswith(b'HTTP/1.1 %d ' % status), host
    for request, status in ((b'x\r\n\r\n', 400), (b'GET / HTTP/1.1\r\n\r\n', 403), (b'GET /' + bytes(5000) + b'\n', 414),
                            (HEAD + b'\r\n', 411), (HEAD + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 411),
                            (HEAD + b'Content-Length: -1\r\n\r\n', 400), (HEAD + b'Content-Length: 99999999999999999999\r\n\r\n', 400),
                            (HEAD + b'Content-Length: 1\r\nContent-Length: 2\r\n\r\n', 400),
                            (HEAD + b'Host: 10.0.2.15\r\n\r\n', 400), (HEAD + b'a: b\r\n' * 100, 431)):
        assert raw(m, request).startswith(b'HTTP/1.1 %d ' % status), (request[:60], status)
    # two files at a time; and one that is cut
    with socket.create_connection(('127.0.0.1', m.port), timeout=30) as s:
        s.sendall(HEAD + b'Content-Length: 1000\r\n\r\n' + bytes(10))
        m.wait('kernel: 1000 bytes to')
        assert ask(m, 'PUT', '/kernel', b'x')[0] == 409
    m.wait('kernel: broken at byte 10')
    # many that say nothing: whoever comes later has a place, and who says nothing is told
    idle = [socket.create_connection(('127.0.0.1', m.port), timeout=30) for _ in range(20)]
    time.sleep(1.2)
    assert ask(m, 'GET', '/status')[0] == 200
    for s in idle:
        s.close()
    r = random.Random(int(os.environ.get('SEED', '7')))
    good = HEAD + b'Content-Length: 300\r\nExpect: 100-continue\r\n\r\n' + bytes(300)
    bent = []
    for _ in range(100):
        bent.append(bytearray(good))
        for _ in range(r.randrange(1, 6)):
            bent[-1][r.randrange(len(HEAD) + 30)] = r.randrange(256)

    def all_of_them():
        for one in bent:
            with socket.create_connection(('127.0.0.1', m.port), timeout=30) as s:
                s.sendall(one)
                s.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionResetError):
                    s.recv(1000)

    reading(m, all_of_them)
    assert ask(m, 'GET', '/status')[0] == 200
    end(m)
