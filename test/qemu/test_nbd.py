# SPDX-License-Identifier: BSD-2-Clause
"""Disks of real NBD servers: nbdkit with its filters, and nbd-server."""

import os
import random
import signal
import subprocess
import time
import zlib

import pytest

from conftest import built
from servers import SERVER, Wire, need

SIZE = 3000017


@pytest.fixture
def wire(tmp_path):
    os.chmod(tmp_path, 0o755)
    (tmp_path / 'f').write_bytes(random.Random(5).randbytes(SIZE))
    disk = tmp_path / 'disk'
    with open(disk, 'wb') as f:
        f.truncate(16 << 20)
    subprocess.run(['mkfs.ext4', '-q', '-F', disk], check=True)
    subprocess.run(['debugfs', '-w', '-R', f'write {tmp_path}/f f', disk], check=True, capture_output=True)
    w = Wire(tmp_path)
    yield w
    w.end()


def nbdkit(wire, *words, filters=(), port=10809):
    process = wire.start(need('nbdkit', 'nbdkit'), '-f', '-i', SERVER, '-p', port, *(f'--filter={f}' for f in filters),
                         'file', wire.dir / 'disk', *words)
    wire.listening(port)
    return process


def machine(loft, wire, **kw):
    m = loft(extra=wire.nic(), within=wire.within, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), **kw)
    m.run_check(f'setenv ipaddr 10.77.0.2; setenv netmask 255.255.255.0; setenv nbdurl nbd://{SERVER}')
    return m


def loads(m, wire, disk=0):
    m.run_check(f'load nbd {disk} 48000000 f', timeout=60)
    assert m.run_check('crc32 48000000 $filesize').endswith(f'{zlib.crc32((wire.dir / "f").read_bytes()):08x}')


def test_nbdkit(loft, wire):
    """A disk as any other: listed, read, written, flushed, by its variable and by name."""
    nbdkit(wire)
    m = machine(loft, wire)
    assert 'f' in m.run_check('ls nbd 0')
    loads(m, wire)
    assert f'Vendor: {SERVER}' in m.run_check('nbd info')
    assert '2048 blocks written: OK' in m.run_check('nbd write 48000000 7000 800')
    assert (wire.dir / 'disk').read_bytes()[0x7000 * 512:][:1 << 20] == (wire.dir / 'f').read_bytes()[:1 << 20]
    assert 'pass its end' in m.run_fail('nbd read 48000000 7fff 2')
    m.run_check('nbd disconnect')
    assert 'there is no disk nbd 0' in m.run_fail('nbd read 48000000 0 1')
    assert 'nbd 0: ' in m.run_check(f'nbd connect {SERVER}:10809/any')
    loads(m, wire)


def test_reconnects(loft, wire):
    """The server is killed between two commands and within one: it goes on; another disk there is refused."""
    server = nbdkit(wire)
    m = machine(loft, wire)
    loads(m, wire)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server = nbdkit(wire)
    loads(m, wire)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server = nbdkit(wire, 'rate=16M', filters=['rate'])
    m.send('nbd read 48000000 0 8000\r')
    time.sleep(2)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server = nbdkit(wire)
    assert '32768 blocks read: OK' in m.prompt(60)
    assert m.run_check('crc32 48000000 1000000').endswith(f'{zlib.crc32((wire.dir / "disk").read_bytes()):08x}')
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    assert 'failed' in m.run_fail('nbd read 48000000 0 10', timeout=60)
    nbdkit(wire, 'truncate=8M', filters=['truncate'])
    assert 'another one by now' in m.run_fail('nbd read 48000000 0 10')


def test_filters(loft, wire):
    """Errors are the read's, a delay is waited for and Ctrl-C ends it, a disk that is not whole blocks ends early."""
    nbdkit(wire, 'error-pread=EIO', 'error-pread-rate=100%', filters=['error'])
    nbdkit(wire, 'rdelay=1', filters=['delay'], port=10810)
    nbdkit(wire, 'rdelay=60', filters=['delay'], port=10811)
    nbdkit(wire, 'truncate=1000', filters=['truncate'], port=10812)
    m = machine(loft, wire)
    text = m.run_fail('nbd read 48000000 0 10')
    assert 'nbd 0: the server reports error 5' in text and 'the device reports an error' in text
    m.run_check(f'nbd connect {SERVER}:10810; nbd read 48000000 0 10')
    m.run_check(f'nbd connect {SERVER}:10811')
    m.send('nbd read 48000000 0 10\r')
    m.wait('count 16')
    time.sleep(1)
    m.send('\x03')
    assert 'ERROR' in m.prompt(10)
    assert ', 1 blocks of 512 bytes' in m.run_check(f'nbd connect {SERVER}:10812')
    assert 'as many as may be' in m.run_fail(f'nbd connect {SERVER}:10810')


def test_nbd_server(loft, wire):
    """Its list, exports by name, one that is read-only, one that is not there."""
    conf, pid = wire.dir / 'conf', wire.dir / 'pid'
    conf.write_text(f'[generic]\nlistenaddr={SERVER}\nallowlist=true\n[one]\nexportname={wire.dir}/disk\n'
                    f'[two]\nexportname={wire.dir}/disk\nreadonly=true\n')
    wire.run(need('nbd-server', 'nbd-server'), '-C', str(conf), '-p', str(pid))
    wire.listening(10809)
    try:
        m = machine(loft, wire)
        text = m.run_check(f'nbd list {SERVER}')
        assert '  one' in text and '  two' in text and '2 exports' in text
        m.run_check(f'nbd connect {SERVER}/one')
        loads(m, wire)
        assert 'OK' in m.run_check('nbd write 48000000 7000 800')
        assert 'to read only' in m.run_check(f'nbd connect {SERVER}/two')
        loads(m, wire, 1)
        assert "nbd 1 can't be written" in m.run_fail('nbd write 48000000 7000 8')
        assert 'it has no such export' in m.run_fail(f'nbd connect {SERVER}/three')
    finally:
        os.kill(int(pid.read_text()), signal.SIGTERM)
    assert (wire.dir / 'disk').read_bytes()[0x7000 * 512:][:1 << 20] == (wire.dir / 'f').read_bytes()[:1 << 20]


def test_boots(loft, wire, highhalf):
    """boot_targets=nbd at a start without an address: DHCP, the disk of ${nbdurl}, its kernel.elf; the device is quiet."""
    subprocess.run(['debugfs', '-w', '-R', f'write {highhalf} kernel.elf', wire.dir / 'disk'], check=True,
                   capture_output=True)
    nbdkit(wire)
    (wire.dir / 'srv').mkdir()
    wire.dnsmasq()
    m = machine(loft, wire)
    m.run_check('setenv ipaddr; setenv boot_targets nbd')
    m.send('boot\r')
    text = m.finish(60)
    assert 'DHCP client bound' in text and '** Booting nbd 0:0 /kernel.elf with kernel **' in text
    assert ' ok, 0 FAIL' in text
