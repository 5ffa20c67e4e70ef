# SPDX-License-Identifier: BSD-2-Clause
"""The recovery page in Chromium, through QEMU's user network: chosen, pressed and read as somebody before it would."""

import contextlib
import hashlib
import http.server
import os
import pathlib
import random
import subprocess
import threading
import zlib

import pytest

from browser import Browser
from conftest import BUILD, ROOT
from test_httpd import page, reading    # noqa: F401: a fixture

CHROMIUM = pathlib.Path(os.environ.get('LOFT_PAYLOADS', BUILD / 'payloads')).parent / 'chromium'
EVIL = 'evil.example'


@pytest.fixture(scope='session')
def chromium():
    """The program of scripts/chromium.sh."""
    if not (CHROMIUM / '.stamp').exists():
        fetched = subprocess.run([str(ROOT / 'scripts/chromium.sh'), str(CHROMIUM)], timeout=1200, capture_output=True,
                                 text=True, check=False)
        if fetched.returncode:
            pytest.skip(f'no browser came: {fetched.stderr[-200:]}')
    return CHROMIUM / 'chromium'


@pytest.fixture
def browser(chromium, tmp_path):
    b = Browser(chromium, tmp_path / 'profile', f'MAP board 127.0.0.1, MAP {EVIL} 127.0.0.1')
    yield b
    assert not b.complaints()
    b.end()


def said(text):
    """The line under the bar has it."""
    return f'document.getElementById("said").textContent.includes({text!r})'


def enabled(button):
    return f'!document.getElementById({button!r}).disabled'


def wait(m, b, text):
    return reading(m, lambda: b.until(said(text)))


WATCH = """window.seen = []; new MutationObserver(() => seen.push([document.getElementById('said').textContent,
    document.getElementById('bar').value])).observe(document.getElementById('said'), {childList: true}); 1"""


def upload(m, b, field, file):
    b.choose(f'#{field}', file)
    b.click(f'#put{field}')


def test_kernel(page, browser, highhalf, tmp_path):     # noqa: F811
    """An upload with its progress and its sum, a second one instead, an environment, and the boot button."""
    m, b = page(), browser
    here = f'http://127.0.0.1:{m.port}/'
    reading(m, lambda: b.open(here))
    assert b.run('document.title') == 'Loft' and not b.run(enabled('boot'))
    b.run(WATCH)
    b.click('#putkernel')
    wait(m, b, 'Choose a file.')
    b.click('#boot')            # is not there to be pressed
    big = tmp_path / 'big'
    big.write_bytes(random.Random(5).randbytes(24 << 20))
    upload(m, b, 'kernel', big)
    wait(m, b, 'The file has the same.')
    digest = hashlib.sha256(big.read_bytes()).hexdigest()
    assert b.run(said(f'kernel: {24 << 20} bytes at 0x40200000')) and b.run(said(digest)) and b.run(enabled('boot'))
    steps = [(text, bar) for text, bar in b.run('seen') if text.endswith(f' of {24 << 20} bytes')]
    bars = [bar for _, bar in steps]
    assert len(bars) > 1 and bars == sorted(bars) and 0 < bars[0] < 0.9 and bars[-1] == 1, steps
    # refused: the reason is on the page, and what could be booted before is not any more
    empty = tmp_path / 'empty'
    empty.write_bytes(b'')
    upload(m, b, 'kernel', empty)
    wait(m, b, 'kernel: the file is empty')
    env = tmp_path / 'env.txt'
    env.write_text('from_browser=some words\nother=1\n')
    upload(m, b, 'env', env)
    wait(m, b, f'env: {env.stat().st_size} bytes at ')
    huge = tmp_path / 'huge'
    huge.write_bytes(bytes(300 << 10))
    upload(m, b, 'env', huge)
    wait(m, b, 'at most 262144')
    # another kernel; the page opened again knows of it
    upload(m, b, 'kernel', highhalf)
    wait(m, b, 'The file has the same.')
    reading(m, lambda: b.open(here))
    reading(m, lambda: b.until(enabled('boot')))
    assert b.run(said(hashlib.sha256(highhalf.read_bytes()).hexdigest()))
    b.click('#boot')
    m.wait('highhalf: [0-9]+ ok, 0 FAIL')
    b.until(said('booting'))


def flash(directory, *more):
    """An erased bank for the environment."""
    (directory / 'flash').write_bytes(b'\xff' * (64 << 20))
    return ['-drive', ','.join(['if=pflash,unit=1,format=raw', f'file={directory}/flash', *more])]


def test_environment_is_saved(page, browser, tmp_path):     # noqa: F811
    m, b = page(extra=flash(tmp_path)), browser
    reading(m, lambda: b.open(f'http://127.0.0.1:{m.port}/'))
    env = tmp_path / 'env.txt'
    env.write_text('kept=by the page\n')
    upload(m, b, 'env', env)
    wait(m, b, 'sha256')
    b.click('#saveenv')
    wait(m, b, 'saved')
    m.send('\x03')
    m.prompt()
    m.send('reset\r')
    m.wait('reset')
    m.prompt()
    assert m.run_check('printenv kept') == 'kept=by the page'


def test_save_fails(page, browser, tmp_path):     # noqa: F811
    """Of flash that takes nothing: the page says so, and the console why."""
    m, b = page(extra=flash(tmp_path, 'readonly=on')), browser
    reading(m, lambda: b.open(f'http://127.0.0.1:{m.port}/'))
    b.click('#saveenv')
    wait(m, b, "'saveenv' failed: its console says why")


def test_not_of_localhost(page, browser, highhalf):     # noqa: F811
    """By a name the browser has no sum of its own: the machine's stands there, and boots. Another's name is refused."""
    m, b = page(), browser
    reading(m, lambda: b.open(f'http://board:{m.port}/'))
    assert not b.run('window.isSecureContext')
    upload(m, b, 'kernel', highhalf)
    wait(m, b, hashlib.sha256(highhalf.read_bytes()).hexdigest())
    assert not b.run(said('The file has the same.'))
    reading(m, lambda: b.until(enabled('boot')))
    reading(m, lambda: b.open(f'http://{EVIL}:{m.port}/'))
    assert 'asked by its address' in b.run('document.body.innerText')


def test_connection_breaks(page, browser, tmp_path):     # noqa: F811
    """Ctrl-C on the console in the middle: the page says so; and goes on when httpd is there again."""
    m, b = page(), browser
    reading(m, lambda: b.open(f'http://127.0.0.1:{m.port}/'))
    big = tmp_path / 'big'
    data = random.Random(6).randbytes(48 << 20)
    big.write_bytes(data)
    upload(m, b, 'kernel', big)
    m.wait(f'kernel: {48 << 20} bytes to')
    m.send('\x03')
    m.wait('kernel: broken at byte')
    assert 'Abort' in m.prompt()
    reading(m, lambda: b.until(said('The connection broke.')))
    assert not b.run(enabled('boot'))
    m.send('httpd\r')
    m.wait('Recovery page')
    b.click('#putkernel')
    wait(m, b, 'The file has the same.')
    m.send('\x03')
    m.prompt()
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


def test_pages_of_others(page, browser, tmp_path):     # noqa: F811
    """A script of another page may neither put nor read."""
    m, b = page(), browser

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=tmp_path)

        def log_message(self, *args):
            pass

    (tmp_path / 'index.html').write_text('<title>other</title>')
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with contextlib.closing(server.socket):
        b.open(f'http://127.0.0.1:{server.server_address[1]}/')
        there = f'http://127.0.0.1:{m.port}'
        for what in ("fetch('%s/kernel', {method: 'PUT', body: 'x'})", "fetch('%s/boot', {method: 'PUT', body: ''})",
                     "fetch('%s/env', {method: 'PUT', mode: 'no-cors', body: 'a=b'})", "fetch('%s/status')"):
            assert reading(m, lambda what=what: b.run(f'{what % there}.then(r => 1, e => "no")')) == 'no', what
        # what needs no question first: it is sent, and refused
        for method in ('POST', 'GET'):
            reading(m, lambda method=method: b.run(
                f"fetch('{there}/kernel', {{method: '{method}', mode: 'no-cors'}}).then(r => 1, e => 'no')"))
        server.shutdown()
    m.send('\x03')
    m.prompt()
    assert 'not defined' in m.run('printenv filesize')
    assert m.run('printenv a').startswith('##')
